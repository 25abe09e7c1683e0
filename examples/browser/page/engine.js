// The module in a worker, as the page calls it.

export class Engine {
  #worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  #waiting = new Map();
  #next = 0;

  /// `onReport` is called with {done, loss} while a network trains: the share of the epoch, and the loss of the last batches.
  constructor(onReport = () => {}) {
    this.#worker.onmessage = ({ data }) => {
      if (data.id === undefined) return onReport(data);
      const { resolve, reject } = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.error === undefined) resolve(data.result);
      else reject(new Error(data.error));
    };
    this.#worker.onerror = (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message || "the worker did not start"));
      this.#waiting.clear();
    };
  }

  /// Calls a method of StrataModule, or `open`.
  call(method, ...values) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, values });
    });
  }
}
