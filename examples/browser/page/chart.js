// The falling loss of one network as a line, and its loss on test digits as rings.

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 84;
const LEFT = 40;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 18;

export class Chart {
  #svg;
  #digits;
  #line = []; // [epochs, loss]
  #rings = [];

  /// Draws into an <svg>; numbers have so many digits behind the point.
  constructor(svg, digits) {
    this.#svg = svg;
    this.#digits = digits;
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.#draw();
  }

  addTraining(epochs, loss) {
    this.#line.push([epochs, loss]);
    this.#draw();
  }

  addTest(epochs, loss) {
    this.#rings.push([epochs, loss]);
    this.#draw();
  }

  clear() {
    this.#line = [];
    this.#rings = [];
    this.#draw();
  }

  #draw() {
    this.#svg.replaceChildren();
    const all = [...this.#line, ...this.#rings];
    const right = Math.max(1, ...all.map(([epochs]) => epochs));
    const top = Math.max(...all.map(([, loss]) => loss));
    const bottom = Math.min(...all.map(([, loss]) => loss));
    const x = (epochs) => LEFT + (epochs / right) * (WIDTH - LEFT - RIGHT);
    const y = (loss) => TOP + ((top - loss) / (top - bottom || 1)) * (HEIGHT - TOP - BOTTOM);
    this.#add("path", { class: "axes", d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}` });
    if (all.length === 0) {
      this.#text(WIDTH / 2, HEIGHT / 2, "middle", "not trained yet");
      return;
    }
    this.#text(LEFT - 4, TOP + 4, "end", top.toFixed(this.#digits));
    if (top > bottom) this.#text(LEFT - 4, HEIGHT - BOTTOM, "end", bottom.toFixed(this.#digits));
    this.#text(LEFT, HEIGHT - 5, "middle", "0");
    this.#text(WIDTH - RIGHT, HEIGHT - 5, "end", `${Math.ceil(right)} epoch${right > 1 ? "s" : ""}`);
    this.#add("polyline", { points: this.#line.map(([epochs, loss]) => `${x(epochs)},${y(loss)}`).join(" ") });
    for (const [epochs, loss] of this.#rings) this.#add("circle", { cx: x(epochs), cy: y(loss), r: 2.5 });
  }

  #add(name, attributes) {
    const element = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    this.#svg.append(element);
    return element;
  }

  #text(x, y, anchor, text) {
    this.#add("text", { x, y, "text-anchor": anchor }).textContent = text;
  }
}
