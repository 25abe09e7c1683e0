// The drawing pad: a digit of one's own, or one of the test digits, as both networks see it.

import { AUTOENCODER, PIXELS, TEST, VARIATIONAL } from "./module.js";
import { draw } from "./picture.js";
import { Strokes } from "./strokes.js";

const STEP = 0.04;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pad {
  #module;
  #plane;
  #pad = document.getElementById("pad");
  #noise = document.getElementById("noise");
  #strokes = new Strokes();
  #image = null; // a test digit, in place of strokes
  #pen = { at: [0.5, 0.5], down: false, shown: false };

  /// `count` says how many test digits there are.
  constructor(module, plane, count) {
    this.#module = module;
    this.#plane = plane;
    this.#listenToPointer();
    this.#pad.addEventListener("keydown", (event) => this.#key(event));
    this.#pad.addEventListener("blur", () => this.#movePen({ shown: false, down: false }));
    this.#noise.addEventListener("change", () => this.redraw());
    document.getElementById("clear").addEventListener("click", () => this.#start());
    document.getElementById("example").addEventListener("click", () => {
      this.#start();
      this.#image = module.digit(TEST, Math.floor(Math.random() * count));
      this.redraw();
    });
  }

  /// Draws all again, after the weights, the digit or the colours have changed.
  redraw() {
    if (this.#image !== null) draw(this.#pad, this.#image);
    else this.#strokes.draw(this.#pad, this.#pen);
    this.#showCode();
  }

  #start() {
    this.#strokes.clear();
    this.#image = null;
    this.#pen.down = false;
    this.redraw();
  }

  #listenToPointer() {
    const place = (event) => {
      const box = this.#pad.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    this.#pad.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary) return; // a second finger
      this.#pad.setPointerCapture(event.pointerId);
      if (this.#image !== null) this.#start();
      this.#pen.shown = false;
      this.#strokes.begin(place(event));
      this.redraw();
    });
    this.#pad.addEventListener("pointermove", (event) => {
      if (!this.#pad.hasPointerCapture(event.pointerId)) return;
      for (const part of event.getCoalescedEvents?.() ?? [event]) this.#strokes.add(place(part));
      this.redraw();
    });
  }

  #key(event) {
    const direction = MOVES[event.key];
    if (event.key !== " " && !direction) return;
    event.preventDefault();
    if (this.#image !== null) this.#start();
    const at = [...this.#pen.at];
    if (direction) for (const axis of [0, 1]) at[axis] = Math.min(0.95, Math.max(0.05, at[axis] + STEP * direction[axis]));
    const down = event.key === " " ? !this.#pen.down : this.#pen.down;
    if (down && !this.#pen.down) this.#strokes.begin(at);
    else if (down) this.#strokes.add(at);
    this.#movePen({ at, down, shown: true });
  }

  #movePen(change) {
    Object.assign(this.#pen, change);
    document.getElementById("pen").textContent = this.#pen.shown ? `pen ${this.#pen.down ? "down" : "up"}` : "";
    this.redraw();
  }

  #showCode() {
    const clean = this.#image ?? this.#strokes.image();
    if (clean === null) {
      for (const id of ["seen", "denoised", "from-plane"]) draw(document.getElementById(id), new Float32Array(PIXELS));
      this.#drawBars([]);
      this.#plane.mark(null);
      return;
    }
    const seen = this.#noise.checked ? this.#module.addNoise(clean, 1) : clean;
    draw(document.getElementById("seen"), seen);
    const code = this.#module.encode(AUTOENCODER, seen);
    draw(document.getElementById("denoised"), this.#module.decode(AUTOENCODER, code));
    this.#drawBars(code);
    const place = this.#module.encode(VARIATIONAL, clean);
    draw(document.getElementById("from-plane"), this.#module.decode(VARIATIONAL, place));
    this.#plane.mark(place);
  }

  #drawBars(code) {
    const bars = document.getElementById("bars");
    const most = Math.max(...code, 1e-6);
    bars.replaceChildren(
      ...Array.from(code, (value, i) => {
        const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        const height = Math.max(1, (62 * value) / most);
        for (const [key, number] of Object.entries({ x: 10 * i + 1, y: 63 - height, width: 8, height })) bar.setAttribute(key, number);
        return bar;
      }),
    );
  }
}
