#!/usr/bin/env python3
"""An example program that takes no options: it ends well, quickly, and prints what it promises.
first_steps.py NAME PROGRAM"""

import re
import subprocess
import sys


def check_own_parts(said):
    """The layer's gradients are proved, and the product of two numbers is learned with all the other parts."""
    proof = re.search(r"^gradients proved: (\d+) compared, largest error (\S+)$", said, re.M)
    assert int(proof[1]) >= 19 * 3 and float(proof[2]) < 1e-3, said
    line = r"^epoch +(\d+): loss (\S+), near +(\S+) %, held out +(\S+) %$"
    epochs = [[float(number) for number in found] for found in re.findall(line, said, re.M)]
    assert [epoch[0] for epoch in epochs] == [1, 20, 40, 60, 80, 100], said
    first, last = epochs[0], epochs[-1]
    assert last[1] < first[1] / 50, said
    assert max(first[2:]) < 50 and min(last[2:]) > 95, said
    product = re.search(r"^0\.6 \* -0\.5 is about (\S+)$", said, re.M)
    assert abs(float(product[1]) + 0.3) < 0.05, said


CHECKS = {"own_parts": check_own_parts}

name, program = sys.argv[1:]
ran = subprocess.run([program], capture_output=True, text=True, timeout=60)
assert ran.returncode == 0 and ran.stderr == "", ran
CHECKS[name](ran.stdout)
