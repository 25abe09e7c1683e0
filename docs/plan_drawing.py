#!/usr/bin/env python3
"""Draws docs/plan.svg from the plan that docs/plan.md prints: plan_drawing.py, or plan_drawing.py --check

The printed figures are the library's (the test of listings compares them); --check says whether the picture is theirs.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LEFT, TOP, RIGHT, BOTTOM = 70, 20, 20, 60
MOMENT, HEIGHT = 34, 420
COLOURS = {"value": "#4c78a8", "gradient": "#e39a4b", "saved": "#72a469", "scratch": "#9a9a9a"}


def plan():
    """The blocks of the first plan that is printed: kind, number, offset, floats, first and last moment; and all floats."""
    with open(os.path.join(HERE, "plan.md"), encoding="utf-8") as file:
        text = file.read()
    printed = re.search(r"^training .*?^(\d+) floats;", text, re.M | re.S)
    rows = re.findall(r"^(\w+) +(\d+) +(\d+) +(\d+) +(\d+) to +(\d+)$", printed[0], re.M)
    return [(kind, *map(int, numbers)) for kind, *numbers in rows], int(printed[1])


def drawing():
    blocks, floats = plan()
    moments = max(block[5] for block in blocks) + 1
    loss = next(block[4] for block in blocks if block[0] == "gradient" and block[1] == (moments - 2) // 2)
    width, height = LEFT + moments * MOMENT + RIGHT, TOP + HEIGHT + BOTTOM

    def x(moment):
        return LEFT + moment * MOMENT

    def y(place):
        return round(TOP + HEIGHT - place * HEIGHT / floats, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for kib in range(0, floats // 256 + 1, 100):
        parts.append(f'<path d="M{LEFT} {y(kib * 256)}H{width - RIGHT}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(kib * 256) + 4}" text-anchor="end" fill="#444444">{kib} KiB</text>')
    for kind, number, offset, size, first, last in blocks:
        top, bottom = y(offset + size), y(offset)
        name = {"value": f"{number}", "gradient": f"g{number}", "saved": f"s{number}", "scratch": ""}[kind]
        parts.append(
            f'<rect x="{x(first) + 1}" y="{top}" width="{(last - first + 1) * MOMENT - 2}" height="{round(bottom - top, 1)}" '
            f'fill="{COLOURS[kind]}" fill-opacity="0.75" stroke="#ffffff" stroke-width="0.5">'
            f"<title>{kind} {number}: {size} floats at {offset}, moments {first} to {last}</title></rect>"
        )
        if name and bottom - top >= 11:
            middle = (x(first) + x(last + 1)) / 2
            parts.append(f'<text x="{middle}" y="{(top + bottom) / 2 + 4:.1f}" text-anchor="middle" fill="#ffffff">{name}</text>')
    parts.append(f'<path d="M{x(loss) + MOMENT / 2} {TOP}V{TOP + HEIGHT}" stroke="#222222" stroke-dasharray="4 3"/>')
    for moment in range(moments):
        parts.append(
            f'<text x="{x(moment) + MOMENT / 2}" y="{TOP + HEIGHT + 16}" text-anchor="middle" fill="#444444">{moment}</text>'
        )
    at = LEFT
    for kind, colour in COLOURS.items():
        if any(block[0] == kind for block in blocks):
            parts.append(f'<rect x="{at}" y="{TOP + HEIGHT + 32}" width="12" height="12" fill="{colour}" fill-opacity="0.75"/>')
            words = {"value": "value", "gradient": "gradient (g)", "saved": "saved (s)", "scratch": "scratch"}[kind]
            parts.append(f'<text x="{at + 18}" y="{TOP + HEIGHT + 42}" fill="#444444">{words}</text>')
            at += 120
    parts.append(f'<text x="{width - RIGHT}" y="{TOP + HEIGHT + 42}" text-anchor="end" fill="#444444">moment</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


def main():
    path = os.path.join(HERE, "plan.svg")
    drawn = drawing()
    if sys.argv[1:] == ["--check"]:
        with open(path, encoding="utf-8") as file:
            if file.read() == drawn:
                return 0
        print("docs/plan.svg is not the picture of the plan in docs/plan.md: run docs/plan_drawing.py")
        return 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
