// Images of 28 x 28 numbers on canvases, in the ink of the page.

export const SIDE = 28;

function inkOf(canvas) {
  return getComputedStyle(canvas).color.match(/[\d.]+/g).slice(0, 3).map(Number);
}

/// Draws images, one after the other, `across` in a row. 0 shows the paper, 1 is ink.
export function draw(canvas, images, across = 1) {
  const down = images.length / (SIDE * SIDE) / across;
  if (canvas.width !== SIDE * across) canvas.width = SIDE * across;
  if (canvas.height !== SIDE * down) canvas.height = SIDE * down;
  const context = canvas.getContext("2d");
  const target = context.createImageData(canvas.width, canvas.height);
  const [red, green, blue] = inkOf(canvas);
  let from = 0;
  for (let row = 0; row < down; ++row)
    for (let column = 0; column < across; ++column)
      for (let y = 0; y < SIDE; ++y) {
        let to = 4 * ((row * SIDE + y) * canvas.width + column * SIDE);
        for (let x = 0; x < SIDE; ++x) {
          target.data[to++] = red;
          target.data[to++] = green;
          target.data[to++] = blue;
          target.data[to++] = 255 * images[from++]; // which is clamped
        }
      }
  context.putImageData(target, 0, 0);
}
