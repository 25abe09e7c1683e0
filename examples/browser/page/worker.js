// A worker that runs the module: it answers {id, method, values} with {id, result} or {id, error}.

import { load } from "./load.js";

const BATCHES_A_REPORT = 8;

let module;
let sum = 0;
let count = 0;

/// Loads the module and these sets of digits. Returns how many there are.
async function open(sets) {
  const loaded = await load(sets, report);
  module = loaded.module;
  return loaded.digits;
}

// The mean loss of a few batches at a time.
function report({ batch, batches, loss }) {
  sum += loss;
  if (++count < BATCHES_A_REPORT && batch < batches) return;
  postMessage({ done: batch / batches, loss: sum / count });
  sum = count = 0;
}

onmessage = async ({ data: { id, method, values } }) => {
  try {
    const result = method === "open" ? await open(...values) : module[method](...values);
    postMessage({ id, result }, ArrayBuffer.isView(result) ? [result.buffer] : []);
  } catch (error) {
    postMessage({ id, error: error.message });
  }
};
