// The module under Node.js: module.mjs SITE TRAINING_IMAGES TEST_IMAGES FOLDER. What it may import, how it trains, what it does
// with wrong input; prints the losses of both networks and leaves their weights in the folder, as native.cpp does.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [site, trainingFile, testFile, folder] = process.argv.slice(2);
const { hasSimd, PIXELS, StrataError, StrataModule, unpack } = await import(pathToFileURL(`${site}/module.js`));
const bytes = readFileSync(`${site}/strata.wasm`);
const equal = (a, b) => Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;

assert(hasSimd());
const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ module, name }) => `${module}.${name}`);
assert.deepEqual(
  imports.filter((name) => !name.startsWith("host.")).sort(),
  ["wasi_snapshot_preview1.fd_close", "wasi_snapshot_preview1.fd_seek", "wasi_snapshot_preview1.fd_write"],
);
assert.deepEqual(imports.filter((name) => name.startsWith("host.")).sort(), ["host.raise", "host.report"]);

const batches = [];
const module = await StrataModule.open(bytes, (report) => batches.push(report));
assert.deepEqual(module.backend(), { name: "portable", lanes: 4 });

// Nothing is there yet.
assert.throws(() => module.trainEpoch(0), StrataError);
assert.throws(() => module.digit(1, 0), StrataError);
assert.throws(() => module.trainEpoch(2), /there is no network 2/);

const training = readFileSync(trainingFile);
for (const wrong of [new Uint8Array(0), training.subarray(0, 15), training.subarray(0, -1), Buffer.concat([training, training])])
  assert.throws(() => module.readDigits(0, wrong), /no IDX file/);
assert.equal(module.readDigits(0, training), 3000);
assert.equal(module.readDigits(1, readFileSync(testFile)), 1000);
assert.throws(() => module.digit(1, 1000), StrataError);
const digit = module.digit(1, 128);
assert.deepEqual([Math.min(...digit), Math.max(...digit)], [0, 1]);

// The same noise for a seed, within U(0, 0.3).
const noisy = module.addNoise(digit, 7);
assert(equal(noisy, module.addNoise(digit, 7)) && !equal(noisy, module.addNoise(digit, 8)));
assert(noisy.every((value, i) => value >= digit[i] && value <= digit[i] + 0.3001));

for (const network of [0, 1]) {
  const untrained = module.testLoss(network);
  const losses = [];
  for (let epoch = 1; epoch <= 2; ++epoch) {
    batches.length = 0;
    const start = performance.now();
    const loss = module.trainEpoch(network);
    const seconds = (performance.now() - start) / 1000;
    assert.deepEqual(batches.map(({ batch }) => batch), Array.from({ length: 94 }, (_, i) => i + 1));
    assert(batches.every((report) => report.batches === 94 && report.loss > 0));
    const test = module.testLoss(network);
    losses.push(loss, test);
    console.log(network, epoch, loss.toPrecision(9), test.toPrecision(9), seconds.toFixed(3));
  }
  assert(losses[2] < losses[0] && losses[3] < losses[1] && losses[1] < untrained, `${untrained}, then ${losses}`);

  const [from, to] = [module.encode(network, digit), module.encode(network, module.digit(1, 198))];
  assert.equal(from.length, [32, 2][network]);
  const both = module.decode(network, [...from, ...to]);
  assert.equal(both.length, 2 * PIXELS);
  // A row does not depend on the rows beside it.
  assert(equal(both.slice(0, PIXELS), module.decode(network, from)) && equal(both.slice(PIXELS), module.decode(network, to)));
  assert(both.every((value) => value >= 0 && value < 2));

  // Weights as another instance of the module takes them.
  const second = await StrataModule.open(bytes);
  second.setWeights(network, module.weights(network));
  assert(equal(second.decode(network, [...from, ...to]), both));
  assert.throws(() => second.setWeights(network, new Float32Array(3)), StrataError);

  const saved = module.save(network);
  writeFileSync(`${folder}/wasm-${network}.safetensors`, saved);
  module.begin(network, 5);
  assert(!equal(module.decode(network, from), both.slice(0, PIXELS)));
  module.load(network, saved);
  assert(equal(module.save(network), saved) && equal(module.decode(network, from), both.slice(0, PIXELS)));

  // A file that does not fit changes nothing, however often: an error gives the stack back.
  const other = module.save(1 - network);
  assert.throws(() => module.load(network, other), /does not fit this network/);
  for (let cut = 0; cut < saved.length; cut += Math.ceil(saved.length / 300))
    assert.throws(() => module.load(network, saved.subarray(0, cut)), StrataError);
  for (let i = 0; i < 5000; ++i) assert.throws(() => module.decode(network, [1, 2, 3].slice(0, network)), StrataError);
  assert(equal(module.save(network), saved) && equal(module.decode(network, from), both.slice(0, PIXELS)));
}

// Packed files, and those that a server has unpacked on the way.
const packed = new Uint8Array(await new Response(new Blob([training]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
for (const file of [packed, training]) assert(Buffer.from(await unpack(file)).equals(training));
