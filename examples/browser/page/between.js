// The walk between the codes of two noisy test digits, decoded by the denoising autoencoder.

import { AUTOENCODER, TEST } from "./module.js";
import { draw } from "./picture.js";
import { noteDecoded } from "./timing.js";

const STEPS = 9;

const mix = (from, to, weight) => from.map((value, i) => value * (1 - weight) + to[i] * weight);

export class Between {
  #module;
  #ends = [document.getElementById("from"), document.getElementById("to")];
  #numbers = this.#ends.map((end) => end.valueAsNumber);
  #slider = document.getElementById("weight");
  #codes;

  /// `count` says how many test digits there are.
  constructor(module, count) {
    this.#module = module;
    this.#ends.forEach((end, i) => {
      end.max = count - 1;
      const choose = (number) => {
        this.#numbers[i] = number;
        this.redraw();
      };
      end.addEventListener("input", () => end.value !== "" && end.checkValidity() && choose(end.valueAsNumber));
      document.getElementById(`${end.id}-another`).addEventListener("click", () => {
        end.value = Math.floor(Math.random() * count);
        choose(end.valueAsNumber);
      });
    });
    this.#slider.addEventListener("input", () => this.#move());
  }

  /// Encodes and decodes everything again, after the digits, the weights or the colours have changed.
  redraw() {
    this.#codes = this.#numbers.map((number, i) => {
      const noisy = this.#module.addNoise(this.#module.digit(TEST, number), number);
      draw(document.getElementById(`${this.#ends[i].id}-picture`), noisy);
      return this.#module.encode(AUTOENCODER, noisy);
    });
    const walk = Array.from({ length: STEPS }, (_, i) => [...mix(...this.#codes, i / (STEPS - 1))]);
    draw(document.getElementById("strip"), this.#module.decode(AUTOENCODER, walk.flat()), STEPS);
    this.#move();
  }

  #move() {
    const start = performance.now();
    document.getElementById("weight-text").textContent = `${this.#slider.value} %`;
    const code = mix(...this.#codes, this.#slider.value / 100);
    draw(document.getElementById("middle"), this.#module.decode(AUTOENCODER, code));
    noteDecoded(start);
  }
}
