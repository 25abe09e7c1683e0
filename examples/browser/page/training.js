// The training of both networks, an epoch of one and then of the other: buttons, progress, curves, files of weights.

import { Chart } from "./chart.js";
import { AUTOENCODER, VARIATIONAL } from "./module.js";

const NETWORKS = [AUTOENCODER, VARIATIONAL];
const FILES = { [AUTOENCODER]: "autoencoder.safetensors", [VARIATIONAL]: "variational.safetensors" };
const NAMES = { [AUTOENCODER]: "denoising autoencoder", [VARIATIONAL]: "variational autoencoder" };

const element = (id) => document.getElementById(id);

export class Training {
  #trainer;
  #onWeights;
  #epochs = { [AUTOENCODER]: 0, [VARIATIONAL]: 0 };
  #charts = { [AUTOENCODER]: new Chart(element("loss-0"), 3), [VARIATIONAL]: new Chart(element("loss-1"), 0) };
  #running = false;
  #stopping = false;
  #network = AUTOENCODER;
  #share = { done: 0, of: 1 };
  #seed = 2;

  /// `onWeights(network, weights)` is called after every change of a network's weights.
  constructor(trainer, onWeights) {
    this.#trainer = trainer;
    this.#onWeights = onWeights;
    element("train").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#running) this.#run();
      else this.#stop();
    });
    element("begin").addEventListener("click", () => this.#begin());
    for (const network of NETWORKS) {
      element(`save-${network}`).addEventListener("click", () => this.#save(network));
      element(`load-${network}`).addEventListener("change", (event) => this.#load(network, event.target));
    }
    this.#enable();
  }

  /// The worker's report of a part of an epoch.
  report({ done, loss }) {
    this.#charts[this.#network].addTraining(this.#epochs[this.#network] + done, loss);
    element("progress").value = (this.#share.done + done) / this.#share.of;
  }

  async #run() {
    const count = Number(element("epochs").value);
    this.#share = { done: 0, of: count * NETWORKS.length };
    this.#running = true;
    this.#stopping = false;
    this.#enable();
    const start = performance.now();
    await this.#say(async () => {
      let said = "";
      for (let epoch = 1; epoch <= count && !this.#stopping; ++epoch) {
        const losses = [];
        for (const network of NETWORKS) {
          if (!this.#stopping) element("status").textContent = `Epoch ${epoch} of ${count}: ${NAMES[network]}`;
          losses.push(await this.#trainEpoch(network));
        }
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        said =
          `${epoch} epoch${epoch > 1 ? "s" : ""} in ${seconds} s. ` +
          `Test digits: error ${losses[0].toFixed(4)}, ${losses[1].toFixed(1)} nats.`;
      }
      return said;
    });
    this.#running = false;
    this.#enable();
  }

  async #trainEpoch(network) {
    this.#network = network;
    await this.#trainer.call("trainEpoch", network);
    ++this.#epochs[network];
    ++this.#share.done;
    const loss = await this.#trainer.call("testLoss", network);
    this.#charts[network].addTest(this.#epochs[network], loss);
    this.#onWeights(network, await this.#trainer.call("weights", network));
    return loss;
  }

  #stop() {
    this.#stopping = true;
    element("status").textContent = "Stops after this epoch…";
  }

  async #begin() {
    ++this.#seed;
    await this.#say(async () => {
      for (const network of NETWORKS) {
        await this.#trainer.call("begin", network, this.#seed);
        this.#epochs[network] = 0;
        this.#charts[network].clear();
        this.#onWeights(network, await this.#trainer.call("weights", network));
      }
      element("progress").value = 0;
      return "Both networks are untrained again.";
    });
  }

  async #save(network) {
    await this.#say(async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([await this.#trainer.call("save", network)]));
      link.download = FILES[network];
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      return `Saved as ${FILES[network]}.`;
    });
  }

  async #load(network, input) {
    const [file] = input.files;
    if (!file) return;
    await this.#say(async () => {
      await this.#trainer.call("load", network, new Uint8Array(await file.arrayBuffer()));
      this.#onWeights(network, await this.#trainer.call("weights", network));
      return `${file.name} is what the ${NAMES[network]} knows now.`;
    });
    input.value = ""; // the same file can be opened again
  }

  // Shows what a task says, or its error.
  async #say(task) {
    const alarm = element("alarm");
    alarm.hidden = true;
    try {
      element("status").textContent = await task();
    } catch (error) {
      alarm.textContent = error.message;
      alarm.hidden = false;
      element("status").textContent = "";
    }
  }

  #enable() {
    element("start").disabled = false;
    element("start").textContent = this.#running ? "Stop" : "Train";
    for (const id of ["epochs", "begin", "load-0", "load-1", "save-0", "save-1"]) element(id).disabled = this.#running;
  }
}
