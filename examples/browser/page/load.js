// The module with digits in its memory, as the page and its worker load it from the folder that they come from.

import { StrataModule, TEST, TRAINING, unpack } from "./module.js";

const FILES = { [TRAINING]: "train-images-3000-idx3-ubyte.gz", [TEST]: "t10k-images-1000-idx3-ubyte.gz" };

async function bytesOf(file) {
  const response = await fetch(new URL(file, import.meta.url));
  if (!response.ok) throw new Error(`${file}: the server answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/// Returns the module, its size in bytes, and how many digits there are of each of these sets.
export async function load(sets, onBatch) {
  const bytes = await bytesOf("strata.wasm");
  const module = await StrataModule.open(bytes, onBatch);
  const digits = {};
  for (const set of sets) {
    digits[set] = module.readDigits(set, await unpack(await bytesOf(FILES[set])));
  }
  return { module, size: bytes.length, digits };
}
