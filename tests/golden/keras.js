// Models of TensorFlow.js, whose layers are Keras's, as a safetensors file, with inputs and what it makes of them: for
// load(path, net, keras). Keras itself was not run.
//
//     npm install @tensorflow/tfjs && node tests/golden/keras.js        writes keras.safetensors beside this script

const fs = require("fs");
const path = require("path");
const tf = require(require.resolve("@tensorflow/tfjs", { paths: [process.cwd()] }));

const { dense, conv2d, conv2dTranspose, batchNormalization, layerNormalization, maxPooling2d, averagePooling2d, flatten,
    reshape, upSampling2d, prelu, leakyReLU, dropout, activation } = tf.layers;

const models = {
    activations: [[9], [
        dense({ units: 12, activation: "tanh", inputShape: [9] }), dense({ units: 8, activation: "elu" }),
        layerNormalization({ epsilon: 1e-5 }), dense({ units: 8, activation: "softplus" }), dense({ units: 8 }), prelu({}),
        dense({ units: 8 }), leakyReLU({ alpha: 0.2 }), dense({ units: 8, activation: "sigmoid" }), dropout({ rate: 0.5 }),
        dense({ units: 4, activation: "softmax" })]],
    images: [[11, 12, 2], [
        conv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "relu", inputShape: [11, 12, 2] }),
        batchNormalization({}), conv2d({ filters: 8, kernelSize: 3, dilationRate: 2 }), maxPooling2d({ poolSize: 2 }),
        conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" }), batchNormalization({ epsilon: 1e-5 }),
        activation({ activation: "relu6" }), averagePooling2d({ poolSize: 2, strides: 1 }), flatten(), dense({ units: 5 })]],
    decoder: [[4], [
        dense({ units: 36, activation: "relu", inputShape: [4] }), reshape({ targetShape: [3, 3, 4] }),
        conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, activation: "tanh" }), upSampling2d({ size: [2, 2] }),
        conv2d({ filters: 3, kernelSize: [1, 2], padding: "same" }),
        conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same", activation: "sigmoid" })]],
};

let next = 1;
/** Numbers in [low, high): a linear congruential generator's. */
function numbers(count, low, high) {
    return Float32Array.from({ length: count }, () => {
        next = (Math.imul(next, 1664525) + 1013904223) >>> 0;
        return low + (high - low) * next / 2 ** 32;
    });
}

const tensors = {};
function keep(name, tensor) {
    tensors[name] = { shape: tensor.shape, values: tensor.dataSync() };
}

for (const [name, [sample, layers]] of Object.entries(models)) {
    const model = tf.sequential({ layers });
    model.layers.forEach((layer, i) => {
        if (layer.weights.length === 0) return;
        layer.setWeights(layer.weights.map((weight) => {
            const count = weight.shape.reduce((a, b) => a * b, 1);
            const around = { moving_variance: [0.5, 2], gamma: [0.5, 1.5], alpha: [0.1, 0.4] };
            const [low, high] = around[weight.name.split("/").pop()] ?? [-0.5, 0.5];
            return tf.tensor(numbers(count, low, high), weight.shape);
        }));
        for (const weight of layer.weights) keep(`${name}.${i}.${weight.name.split("/").pop()}`, weight.read());
    });
    const x = tf.tensor(numbers(5 * sample.reduce((a, b) => a * b), -1, 1), [5, ...sample]);
    keep(`input of ${name}`, x);
    keep(`output of ${name}`, model.predict(x));
}

const header = {};
const parts = [];
let begin = 0;
for (const name of Object.keys(tensors).sort()) {
    const { shape, values } = tensors[name];
    header[name] = { dtype: "F32", shape, data_offsets: [begin, begin += 4 * values.length] };
    parts.push(Buffer.from(Float32Array.from(values).buffer)); // little-endian, as all machines that run node are
}
let text = JSON.stringify(header);
text += " ".repeat((64 - (8 + Buffer.byteLength(text)) % 64) % 64);
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
const target = path.join(__dirname, "keras.safetensors");
fs.writeFileSync(target, Buffer.concat([length, Buffer.from(text), ...parts]));
console.log(`${target}: ${8 + text.length + begin} bytes, TensorFlow.js ${tf.version.tfjs}`);
