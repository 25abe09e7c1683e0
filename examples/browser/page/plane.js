// The plane of the variational autoencoder's codes: a map of what they decode to, and a point that can be moved.

import { PIXELS, VARIATIONAL } from "./module.js";
import { draw } from "./picture.js";
import { noteDecoded, pause } from "./timing.js";

const REACH = 3; // the plane goes from -3 to 3, standard deviations of the codes
const TILES = 13;
const STEP = 0.1;
const FINE_STEP = 0.02;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const clamp = (value) => Math.min(REACH, Math.max(-REACH, value));

export class Plane {
  #module;
  #plane = document.getElementById("plane");
  #code = [0, 0];
  #maps = 0;

  constructor(module) {
    this.#module = module;
    const follow = (event) => {
      const box = this.#plane.getBoundingClientRect();
      const across = (event.clientX - box.left) / box.width;
      const up = (box.bottom - event.clientY) / box.height;
      this.move((2 * across - 1) * REACH, (2 * up - 1) * REACH);
    };
    this.#plane.addEventListener("pointerdown", (event) => {
      this.#plane.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.#plane.addEventListener("pointermove", (event) => {
      if (this.#plane.hasPointerCapture(event.pointerId)) follow(event);
    });
    this.#plane.addEventListener("keydown", (event) => {
      const direction = MOVES[event.key];
      if (!direction) return;
      event.preventDefault();
      const step = event.shiftKey ? FINE_STEP : STEP;
      this.move(this.#code[0] + direction[0] * step, this.#code[1] + direction[1] * step);
    });
  }

  move(x, y) {
    const start = performance.now();
    this.#code = [clamp(x), clamp(y)];
    this.#put(document.getElementById("marker"), this.#code);
    document.getElementById("code").textContent = this.#code.map((value) => value.toFixed(2)).join(", ");
    draw(document.getElementById("decoded"), this.#module.decode(VARIATIONAL, this.#code));
    noteDecoded(start);
  }

  /// Shows where a drawn digit lies; null: nowhere.
  mark(code) {
    const marker = document.getElementById("drawn-marker");
    marker.hidden = code === null;
    if (code !== null) this.#put(marker, [...code].map(clamp));
  }

  /// Decodes everything again, after the weights or the colours have changed: the map a row at a time, so that the page stays
  /// quick, and not to its end where this is called again.
  async redraw() {
    this.move(...this.#code);
    const number = ++this.#maps;
    const images = new Float32Array(TILES * TILES * PIXELS);
    for (let row = 0; row < TILES; ++row) {
      const codes = [];
      for (let column = 0; column < TILES; ++column)
        codes.push(((2 * column + 1) / TILES - 1) * REACH, (1 - (2 * row + 1) / TILES) * REACH);
      images.set(this.#module.decode(VARIATIONAL, codes), row * TILES * PIXELS);
      await pause();
      if (number !== this.#maps) return;
    }
    draw(document.getElementById("map"), images, TILES);
  }

  #put(marker, [x, y]) {
    marker.style.left = `${50 + (50 * x) / REACH}%`;
    marker.style.top = `${50 - (50 * y) / REACH}%`;
  }
}
