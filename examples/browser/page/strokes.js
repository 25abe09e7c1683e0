// Lines drawn on the pad, and what MNIST would make of them: 28 x 28 pixels, the figure 20 of them high or wide and its centre
// of mass in the middle (LeCun, Cortes and Burges, "The MNIST database").

import { SIDE } from "./picture.js";

const FIGURE = 20;
const PEN = 2.4; // pixels of 28

export class Strokes {
  #lines = [];
  #small = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  clear() {
    this.#lines = [];
  }

  /// Points are [x, y] from 0 to 1, y downwards.
  begin(point) {
    this.#lines.push([point]);
  }

  add(point) {
    if (this.#lines.length === 0) this.begin(point); // cleared in the meantime
    this.#lines.at(-1).push(point);
  }

  /// Onto the pad, with a pen that is moved by keys, if that is shown: a ring, filled where it is down.
  draw(canvas, pen) {
    canvas.width = canvas.height = 280;
    const context = canvas.getContext("2d");
    context.strokeStyle = context.fillStyle = getComputedStyle(canvas).color;
    this.#trace(context, 280, 0, 0, 24);
    if (!pen.shown) return;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(280 * pen.at[0], 280 * pen.at[1], 12, 0, 2 * Math.PI);
    context.stroke();
    if (pen.down) context.fill();
  }

  /// As the networks know digits; null if nothing is drawn.
  image() {
    if (this.#lines.length === 0) return null;
    const points = this.#lines.flat();
    const range = (axis) => {
      const values = points.map((point) => point[axis]);
      return [Math.min(...values), Math.max(...values)];
    };
    const [[left, right], [top, bottom]] = [range(0), range(1)];
    // A dot stays small.
    const scale = (FIGURE - PEN) / Math.max(right - left, bottom - top, 0.2);
    const x = SIDE / 2 - (scale * (left + right)) / 2;
    const y = SIDE / 2 - (scale * (top + bottom)) / 2;
    this.#small.canvas.width = this.#small.canvas.height = SIDE;
    const first = this.#pixels(scale, x, y);
    let mass = 0;
    let across = 0;
    let down = 0;
    first.forEach((value, i) => {
      mass += value;
      across += value * ((i % SIDE) + 0.5);
      down += value * (Math.floor(i / SIDE) + 0.5);
    });
    return this.#pixels(scale, x + SIDE / 2 - across / mass, y + SIDE / 2 - down / mass);
  }

  #pixels(scale, x, y) {
    this.#small.clearRect(0, 0, SIDE, SIDE);
    this.#trace(this.#small, scale, x, y, PEN);
    const { data } = this.#small.getImageData(0, 0, SIDE, SIDE);
    return Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3] / 255);
  }

  #trace(context, scale, x, y, width) {
    context.lineWidth = width;
    context.lineCap = context.lineJoin = "round";
    for (const line of this.#lines) {
      context.beginPath();
      context.moveTo(scale * line[0][0] + x, scale * line[0][1] + y);
      for (const point of line) context.lineTo(scale * point[0] + x, scale * point[1] + y);
      context.stroke();
    }
  }
}
