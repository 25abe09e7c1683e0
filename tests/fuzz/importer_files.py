"""Files for importers.py: sound ONNX models with the files beside them, and what was found once, which is a table."""

import json

import h5py
import numpy
import read_keras
from onnx import TensorProto, helper, numpy_helper

info = helper.make_tensor_value_info


def chain(text, shape, constants, operator_set=13, element=TensorProto.FLOAT, **values):
    """A model of nodes `Op in in > out | attribute=value, ...`, by lines and semicolons; what goes in is x, what comes out y."""
    nodes = []
    for line in text.strip().replace(";", "\n").splitlines():
        call, _, attributes = line.partition("|")
        call, _, outputs = call.partition(">")
        op, *inputs = call.split()
        inputs = ["" if one == "-" else one for one in inputs]
        nodes.append(helper.make_node(op, inputs, outputs.split(), "the " + outputs.strip(),
                                      **eval(f"dict({attributes})", {**globals(), **values})))
    tensors = [numpy_helper.from_array(numpy.asarray(array), name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "g", [info("x", element, ["n", *shape])], [info("y", element, ["n"])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", operator_set)], ir_version=8, producer_name="tests")


def make_onnx():
    draw = numpy.random.default_rng(2).standard_normal

    def floats(**shapes):
        return {name: abs(draw(shape)).astype("f4") for name, shape in shapes.items()}

    yield chain("""
        Conv x w b > a | kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1]; BatchNormalization a b b b b > c; Relu c > d
        MaxPool d > e | kernel_shape=[2, 2], strides=[2, 2]; ConvTranspose e t > f | strides=[2, 2], pads=[0, 0, 1, 1]
        Slice f from to axes > g
        Resize e - up > h | mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"; Pad g p > i
        Concat i d > j | axis=1; PRelu j s > k; AveragePool k > l | kernel_shape=[2, 2]; GlobalAveragePool l > m
        Flatten m > o; Gemm o m1 b1 > q | transB=1, alpha=0.5; Softmax q > y""", (2, 8, 6), {
        **floats(w=(4, 2, 3, 3), b=(4,), t=(4, 3, 3, 3), s=(7, 1, 1), m1=(5, 7), b1=(5,)),
        "from": [1, 0], "to": [1 << 30, 1 << 30], "axes": [2, 3], "up": numpy.array([1, 1, 2, 2], "f4"), "p": [0, 0, 1, 0, 0, 0, 0, 0]}), {}
    yield chain("""
        Shape x > s; Gather s zero > n; Unsqueeze n zero1 > n1; Concat n1 rest > to | axis=0; Reshape x to > a; MatMul a m > b
        Add v b > c; ReduceMean c > d | axes=[-1]; Sub c d > e; Pow e two > f; ReduceMean f > g | axes=[-1]; Add g eps > h
        Sqrt h > i; Div e i > j; Mul j v > k; Add k v > l; Div l root > o; Erf o > p; Add p one > q; Mul l q > r
        Mul r half > t; Sigmoid t > u; Mul t u > w; Transpose w > z | perm=[0, 2, 1]
        Constant > like | value=numpy_helper.from_array(numpy.array([2.5], "f4"))
        ConstantOfShape three > ones | value=numpy_helper.from_array(numpy.array([1], "f4")); Expand ones shape > wide
        Mul like wide > factor; Transpose z > z1 | perm=[0, 2, 1]; Mul z1 factor > y""", (4, 6), {
        **floats(m=(4, 8), v=(8,)), "zero": numpy.array(0), "zero1": [0], "rest": [6, 4], "two": numpy.array(2, "f4"),
        "eps": numpy.array(1e-5, "f4"), "root": numpy.array(2**0.5, "f4"), "one": numpy.array(1, "f4"), "half": numpy.array(0.5, "f4"),
        "three": [1], "shape": [8]}), {}
    yield chain("""
        Max x low > a; Min high a > b; Neg b > c; Sum a b c > d; Sub one d > e; HardSigmoid e > f | alpha=0.3, beta=0.4
        Mul f x > g; Clip g low high > h; LeakyRelu h > i | alpha=0.1; Elu i > j | alpha=0.7; Tanh j > k; Softplus k > l
        Dropout l > m2; Cast m2 > n | to=1; Identity n > o; HardSwish o > p; GlobalMaxPool p > q; Squeeze q two > r
        Unsqueeze r two > s; Div s one > t; Flatten t > u; LayerNormalization u v v > w; Gemm w m > y""", (2, 8, 6), {
        **floats(m=(2, 3), v=(2,)), "low": numpy.array(-0.5, "f4"), "high": numpy.array(0.6, "f4"),
        "one": numpy.array(1, "f4"), "two": [2, 3]}, 17), {}
    yield chain("""
        Conv x w v > a | auto_pad="SAME_UPPER", strides=[2, 3]; Clip a > b | min=-0.4, max=0.7
        Upsample b up > c | mode="nearest"; Pad c > d | pads=[0, 0, 1, 0, 0, 0, 0, 2]
        Slice d > e | starts=[0], ends=[1 << 30], axes=[2]; Flatten e > f; MatMul f m > g; Softmax g > y | axis=1""", (2, 8, 6), {
        **floats(w=(3, 2, 3, 4), v=(3,), m=(216, 4)), "up": numpy.array([1, 1, 2, 3], "f4")}, 9), {}
    model = chain("""
        Gemm x m v > a; Reshape a to > b; Conv b w > c | group=2, dilations=[1, 1]; Add c b > y""", (3,), {
        "m": draw((3, 16)).astype("f2"), "v": draw(16).astype("f2"), "w": draw((4, 2, 1, 1)).astype("f2"),
        "to": [0, 4, 2, 2]}, element=TensorProto.FLOAT16)
    yield model, {}
    yield outside(model, 0), {"weights.bin": model.graph.initializer[0].raw_data + bytes(32)}


def outside(model, place, location="weights.bin", **more):
    """The model with an initializer's values in a file of their own."""
    changed = type(model)()
    changed.CopyFrom(model)
    tensor = changed.graph.initializer[place]
    more = {"location": location, "offset": 0, "length": len(tensor.raw_data), **more}
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in more.items():
        tensor.external_data.add(key=key, value=str(value))
    return changed


# What was found: the reader, words of what it says now (None: it reads the file), and a function that writes the file.

def write_onnx(model, beside=None):
    def write(path):
        path.write_bytes(model.SerializeToString())
        for name, data in (beside or {}).items():
            (path.parent / name).write_bytes(data)
    return write


def write_tfjs(change):
    """A model.json with a change, and the files beside it."""
    def write(path):
        read_keras.write_tfjs(path.parent, read_keras.draw_weights(), read_keras.config())
        model = json.loads((path.parent / "model.json").read_text())
        change(model, model["weightsManifest"][0], model["weightsManifest"][0]["weights"])
        path.write_text(json.dumps(model))
    return write


def write_keras(change, **options):
    def write(path):
        read_keras.write_h5(path, read_keras.draw_weights(), **options)
        with h5py.File(path, "a") as file:
            change(file, file["model_weights/first"])
    return write


def again(text, count):
    return "\n".join(text.format(k, k + 1) for k in range(count))


def put(one, **more):
    one.update(more)


def list_found(outside_folder):
    ones = {"v": numpy.ones(4, "f4"), "m": numpy.ones((4, 4), "f4"), "one": numpy.ones(1, "f4")}
    plain, shared = chain("Gemm x m v > y", (4,), ones), chain("Gemm x m > a\nGemm a n > y", (4,), {"m": ones["m"], "n": ones["m"]})
    values = {"weights.bin": ones["m"].tobytes() + b"more"}
    for model, beside in make_onnx():
        yield "onnx", None, write_onnx(model, beside)
    yield "onnx", None, write_onnx(outside(plain, 1), values)  # refused by ONNX's checker, once read
    for location in ("/etc/hostname", "../weights.bin", "a/../../weights.bin", "", "a\0b"):
        yield "onnx", "expected a file beside this one", write_onnx(outside(plain, 1, location), values)
    yield "onnx", "where no file is", write_onnx(outside(plain, 1, "."), values)
    yield "onnx", "which has 68 for all tensors", write_onnx(outside(plain, 1, length=1 << 33), values)
    yield "onnx", "its values are -4 bytes at 0", write_onnx(outside(plain, 1, length=-4), values)
    yield "onnx", "which has 68 for all tensors", write_onnx(outside(outside(shared, 0), 1), values)
    held = outside(plain, 1, "secret", length=16).graph.initializer[1]  # which was read from the working folder
    yield "onnx", "read for initializers alone", write_onnx(chain("Constant > c | value=held\nMul x c > y", (4,), {}, held=held))
    broken = write_onnx(plain)
    yield "onnx", "is no UTF-8", lambda path: (broken(path), path.write_bytes(path.read_bytes().replace(b"Gemm", b"Gem\xff")))
    yield "onnx", 'nnn..." (Softmax): it goes', write_onnx(
        chain("Softmax x > " + "n" * 5000 + " | axis=0\nIdentity " + "n" * 5000 + " > y", (4,), ones))
    yield "onnx", "and 6 more", write_onnx(chain("Sin x > a0\n" + again("Sin a{0} > a{1}", 24) + "\nSin a24 > y", (4,), {}))
    # As deep as Python's stack, and long.
    for line, shape in (("Gemm x m > b{1}\nAdd b{1} a{0} > a{1}", (4,)), ("Mul a{0} v > a{1}", (4,))):
        yield "onnx", None, write_onnx(chain("Gemm x m > a0\n" + again(line, 1100) + "\nIdentity a1100 > y", shape, ones))
    yield "onnx", None, write_onnx(chain(
        "Relu x > a0\n" + again("Relu a{0} > b{1}\nAdd b{1} a{0} > a{1}", 1500) + "\nRelu a1500 > y", (4,), ones))
    yield "onnx", "10001 nodes, more than", write_onnx(chain(again("Relu x > a{0}", 10000) + "\nRelu x > y", (4,), {}))
    yield "onnx", "more than 10000 entries", write_onnx(chain("Relu x > a\nSum" + " x a" * 5001 + " > y", (4,), {}))
    yield "onnx", "a shape of 99 axes", write_onnx(chain("Reshape x s > y", (4,), {"s": [1] * 99}))
    yield "onnx", "makes more than 16", write_onnx(chain(
        again("Unsqueeze x{0} s > x{1}", 20).replace("x0", "x") + "\nRelu x20 > y", (4,), {"s": [1]}))
    # Large from little.
    for line in ("ConstantOfShape many > c", "Expand v many > c", "Mul row column > c", "Concat" + " row" * 99 + " > c | axis=0",
                 "Gather pair zeros > c",
                 "Concat row row > a0 | axis=0; " + again("Concat a{0} a{0} > a{1} | axis=0", 30) + "; Identity a30 > c"):
        yield "onnx", "bytes of numbers", write_onnx(chain(line + "; Mul x c > y", (4,), {
            "many": [5000, 5000], "row": numpy.ones((1, 20000), "f4"), "column": numpy.ones((2000, 1), "f4"), "v": ones["one"],
            "pair": numpy.ones((2, 2000), "f4"), "zeros": [0] * 5000}))
    for line in ("Mul x one > y", "BatchNormalization x one one one one > y", "Concat x x > y | axis=1", "PRelu x one > y"):
        yield "onnx", "bytes of numbers", write_onnx(chain(line, (1 << 33,), ones))
    yield "onnx", "bytes of numbers", write_onnx(chain("Gemm x m > a0\n" + again("Gemm a{0} m > a{1}", 99) + "\nRelu a99 > y", (512,),
                                                       {"m": numpy.ones((512, 512), "f4")}))
    yield "onnx", None, write_onnx(chain("Gemm x m > a\nGemm a m > y | alpha=0.5", (2048,), {"m": numpy.ones((2048, 2048), "f2")}, 13, 10))
    listed = chain("Reshape x s > y", (4,), {"s": [0]})
    put_numbers(listed.graph.initializer[0], 4 << 20)
    yield "onnx", "a shape of 4194304 axes", write_onnx(listed)

    # TensorFlow.js.
    def first(**more):
        return lambda model, group, weights: put(weights[0], **more)

    def model(**more):
        return lambda model, group, weights: put(model, **more)

    def deep(count):
        return model(modelTopology=json.loads('{"class_name": "Model", "config": [' * count + "]}" * count))

    for change, words in (
            (model(weightsManifest=7), "the model has no weightsManifest that is a list"),
            (model(weightsManifest=[7]), "weightsManifest[0] has no paths"),
            (model(modelTopology={}), "modelTopology has no config"),
            (model(modelTopology={"config": [7]}), "modelTopology.layers[0] has no class_name"),
            (model(modelTopology={"config": {}}), "modelTopology.config has no layers"),
            (model(modelTopology={"config": [{"class_name": "Dense"}]}), "modelTopology.layers[0] has no config"),
            (deep(50), "within more than 32 others"),
            (first(name=1.5), "weights[0] has no name"), (first(shape=3), "weights[0] has no shape"),
            (first(dtype=[]), "weights[0] has no dtype"), (first(shape=[0, 1 << 40]), "a shape of"), (first(shape=[1] * 40), "a shape of"),
            (first(shape=[True]), "a shape of"), (first(quantization=[1]), "weights[0] has no quantization"),
            (first(quantization={"dtype": "uint8", "scale": "x", "min": 0}), "a scale of x"),
            (lambda model, group, weights: put(group, paths=group["paths"] * 3), "listed twice"),
            (lambda model, group, weights: put(group, paths=["."]), "which is no file"),
            *((lambda model, group, weights, path=path: put(group, paths=[path]), "outside of the model's folder")
              for path in (7, "a\0b", "\ud800", "/etc/hostname")),
            (lambda model, group, weights: model["modelTopology"]["config"]["layers"].append({"class_name": "ReLU", "name": "first"}),
             "two layers are called first")):
        yield "tfjs", words, write_tfjs(change)
    yield "tfjs", "this is no JSON", lambda path: path.write_text("[" * 200000)

    # Keras.
    def replace(what, **options):
        def change(file, group):
            del group[what]
            group.create_dataset(what, **options)
        return change

    def attribute(name, value):
        return lambda file, group: group.attrs.__setitem__(name, value)

    def link(value):
        def change(file, group):
            del file["model_weights/first"]
            file["model_weights/first"] = value
        return change

    kernel = "first/kernel:0"
    for change, words in (
            (replace(kernel, shape=(4,), dtype="f4", external=[(str(outside_folder / "secret"), 0, 256)]), "lies in another file"),
            (replace(kernel, shape=(1 << 28,), dtype="f4", chunks=(1024,)), "so much does not lie in the file"),
            (replace(kernel, shape=(0, 3), dtype="f4"), "which holds no weights"), (attribute("weight_names", 7), "is no list of texts"),
            (attribute("weight_names", numpy.array([b"\xff"])), "is no UTF-8"),
            (attribute("weight_names", numpy.array(["a" * 9] * 9, "S")), "has no data of"),
            (link(h5py.ExternalLink(str(outside_folder / "x.h5"), "/model_weights/first")), "there is no layer first"),
            (link(h5py.SoftLink("/model_weights/first")), "there is no layer first"),
            (lambda file, group: file.attrs.__setitem__("model_config", "[" * 100000), "no model's"),
            (lambda file, group: file.attrs.__setitem__("model_config", "{}"), "the attribute model_config has no config")):
        yield "keras", words, write_keras(change)
    whole = write_keras(lambda file, group: None)
    yield "keras", "the file cannot be read", lambda path: (whole(path), path.write_bytes(path.read_bytes()[:9000]))
    yield "keras", None, write_keras(replace(kernel, shape=(3,), dtype="f4"))


def put_numbers(tensor, count):
    """So many ones, of a byte each."""
    tensor.ClearField("raw_data")
    tensor.dims[0] = count
    tensor.int64_data.extend([1] * count)
