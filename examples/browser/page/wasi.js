// The functions of WASI that the module's C library calls: what it writes goes to the console.

const OK = 0;
const NOT_SUPPORTED = 58;

/// The imports "wasi_snapshot_preview1" of a module whose memory `memory()` returns.
export function wasi(memory) {
  const decoder = new TextDecoder();
  return {
    fd_write(file, vectors, count, written) {
      const view = new DataView(memory().buffer);
      let text = "";
      let size = 0;
      for (let i = 0; i < count; ++i) {
        const start = view.getUint32(vectors + 8 * i, true);
        const length = view.getUint32(vectors + 8 * i + 4, true);
        text += decoder.decode(new Uint8Array(memory().buffer, start, length));
        size += length;
      }
      view.setUint32(written, size, true);
      if (size > 0) (file === 2 ? console.error : console.log)(text);
      return OK;
    },
    fd_close: () => NOT_SUPPORTED,
    fd_seek: () => NOT_SUPPORTED,
  };
}
