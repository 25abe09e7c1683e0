#!/usr/bin/env python3
"""The numbered first steps: each is short, ends well, and prints what the comment at its end says, with numbers that differ by
as much as other instruction sets and number formats make of them. first_steps.py SOURCE PROGRAM [--write]"""

import pathlib
import re
import subprocess
import sys
import tempfile

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
MOST_LINES = 80


def near(said, promised):
    """A number as it is printed: within 0.3, or 6 % of one that is larger than 5."""
    return abs(float(said) - float(promised)) <= max(0.3, 0.06 * abs(float(promised)))


def same(said, promised):
    if promised.startswith("|"):  # a picture, of which few characters may differ
        return len(said) == len(promised) and sum(a != b for a, b in zip(said, promised)) <= 10
    numbers = list(zip(NUMBER.findall(said), NUMBER.findall(promised)))
    words = [" ".join(NUMBER.sub("#", text).split()) for text in (said, promised)]
    return words[0] == words[1] and all(near(a, b) for a, b in numbers)


source, program = (pathlib.Path(one).resolve() for one in sys.argv[1:3])
text = source.read_text()
code, comment = text.split("/* It prints:\n")
with tempfile.TemporaryDirectory() as folder:
    theirs = pathlib.Path(folder) / "digits.safetensors"  # the README's program writes it: it stays, and nothing else does
    theirs.write_text("kept")
    ran = subprocess.run([program], cwd=folder, capture_output=True, text=True, timeout=250)
    assert list(pathlib.Path(folder).iterdir()) == [theirs] and theirs.read_text() == "kept", ran
assert ran.returncode == 0 and ran.stderr == "", ran
if sys.argv[3:] == ["--write"]:
    source.write_text(code + "/* It prints:\n" + ran.stdout.rstrip("\n") + "\n*/\n")
    sys.exit()
said, promised = ran.stdout.rstrip("\n").splitlines(), comment.removesuffix("*/\n").splitlines()
assert len(said) == len(promised) > 0, (ran.stdout, comment)
for one, other in zip(said, promised):
    assert same(one.rstrip(), other.rstrip()), f"{source.name} prints\n{one}\nand its comment says\n{other}"
lines = code.rstrip("\n").count("\n") + 1
assert lines < MOST_LINES, f"{source.name} has {lines} lines"
