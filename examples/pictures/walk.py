#!/usr/bin/env python3
"""The moving picture of the README, of the still one that the exercise draws (Debian's python3-pil):
./examples/run interpolation --recipe adam --steps 33 --out DIR; examples/pictures/walk.py DIR/interpolation.png walk.gif"""

import sys

from PIL import Image, ImageDraw

STEPS, TILE, PITCH, LEFT = 33, 112, 118, 14
ENDS, WALK = 86, 234  # the rows of tiles begin here
SCALE, EDGE = 2, 16

still = Image.open(sys.argv[1]).convert("L")


def tile(column, row):
    left = LEFT + column * PITCH
    return still.crop((left, row, left + TILE, row + TILE)).resize((SCALE * TILE, SCALE * TILE), Image.NEAREST)


def frame(step):
    size = SCALE * TILE
    page = Image.new("L", (3 * size + 4 * EDGE, size + 3 * EDGE), 255)
    for place, picture in enumerate((tile(0, ENDS), tile(step, WALK), tile(1, ENDS))):
        page.paste(picture, (EDGE + place * (size + EDGE), EDGE))
    draw = ImageDraw.Draw(page)
    left, right, height = 2 * EDGE + size, 2 * EDGE + 2 * size, size + 2 * EDGE
    at = left + (right - left) * step // (STEPS - 1)
    draw.line((left, height, right, height), fill=190, width=3)
    draw.ellipse((at - 6, height - 6, at + 6, height + 6), fill=0)
    return page.quantize(12, dither=Image.Dither.NONE)


there = [frame(step) for step in range(0, STEPS, 2)]
frames = there + there[-2:0:-1]
times = [900 if step in (0, len(there) - 1) else 120 for step in range(len(frames))]
frames[0].save(sys.argv[2], save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=True)
