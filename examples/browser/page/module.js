// The C++ module, with its functions as JavaScript knows them. For a worker, and for Node.js.

import { wasi } from "./wasi.js";

export const AUTOENCODER = 0;
export const VARIATIONAL = 1;
export const TRAINING = 0;
export const TEST = 1;
export const PIXELS = 28 * 28;

// A function that returns a vector of 16 bytes.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/// Whether this browser has WebAssembly with SIMD.
export function hasSimd() {
  return typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(SIMD));
}

/// What is wrong, as the library says it.
export class StrataError extends Error {}

export class StrataModule {
  /// Compiles the module; `onBatch` is called with {batch, batches, loss} after every batch of a training.
  static async open(bytes, onBatch = () => {}) {
    const module = new StrataModule();
    const host = {
      raise: (type, message) => {
        throw new StrataError(`${module.#text(message)} (${module.#text(type)})`);
      },
      report: (batch, batches, loss) => onBatch({ batch, batches, loss }),
    };
    const imports = { host, wasi_snapshot_preview1: wasi(() => module.#exports.memory) };
    const { instance } = await WebAssembly.instantiate(bytes, imports);
    module.#exports = instance.exports;
    module.#exports._initialize();
    return module;
  }

  backend() {
    return { name: this.#text(this.#call("backend_name")), lanes: this.#call("backend_lanes") };
  }

  /// Takes the images of an IDX file; returns how many there are.
  readDigits(set, bytes) {
    this.#putBytes(bytes);
    return this.#call("read_digits", set);
  }

  digit(set, number) {
    return this.#floats(this.#call("digit", set, number), PIXELS);
  }

  addNoise(image, seed) {
    this.#putFloats(image);
    return this.#floats(this.#call("add_noise", seed), PIXELS);
  }

  codeSize(network) {
    return this.#call("code_size", network);
  }

  /// Images, one after the other, to codes.
  encode(network, images) {
    const rows = this.#putFloats(images) / PIXELS;
    return this.#floats(this.#call("encode", network, rows), rows * this.codeSize(network));
  }

  /// Codes, one after the other, to images.
  decode(network, codes) {
    const rows = this.#putFloats(codes) / this.codeSize(network);
    return this.#floats(this.#call("decode", network, rows), rows * PIXELS);
  }

  begin(network, seed) {
    this.#call("begin", network, seed);
  }

  /// One epoch more; returns the mean loss.
  trainEpoch(network) {
    return this.#call("train_epoch", network);
  }

  testLoss(network) {
    return this.#call("test_loss", network);
  }

  /// The weights as this module has them in memory, for another one.
  weights(network) {
    return this.#floats(this.#call("weights", network), this.#call("weight_count", network));
  }

  setWeights(network, values) {
    const count = this.#call("weight_count", network);
    if (values.length !== count) throw new StrataError(`${values.length} weights, expected ${count}`);
    const start = this.#call("weights", network);
    new Float32Array(this.#memory(), start, count).set(values);
  }

  /// The bytes of a safetensors file.
  save(network) {
    const size = this.#call("save_weights", network);
    return new Uint8Array(this.#memory(), this.#call("byte_buffer", size), size).slice();
  }

  load(network, bytes) {
    this.#putBytes(bytes);
    this.#call("load_weights", network);
  }

  #exports;

  // An error leaves the module in the middle of its functions, so their stack is given back here. What they had on the heap
  // is lost.
  #call(name, ...values) {
    const stack = this.#exports.__stack_pointer;
    const top = stack.value;
    try {
      return this.#exports[name](...values);
    } catch (error) {
      stack.value = top;
      throw error;
    }
  }

  #memory() {
    return this.#exports.memory.buffer;
  }

  #text(start) {
    const bytes = new Uint8Array(this.#memory(), start);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }

  #floats(start, count) {
    return new Float32Array(this.#memory(), start, count).slice();
  }

  #putFloats(values) {
    const start = this.#call("float_buffer", values.length);
    new Float32Array(this.#memory(), start, values.length).set(values);
    return values.length;
  }

  #putBytes(bytes) {
    const start = this.#call("byte_buffer", bytes.length);
    new Uint8Array(this.#memory(), start, bytes.length).set(bytes);
  }
}

/// The bytes of a gzip file; of any other file its own, since some servers unpack on the way.
export async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
