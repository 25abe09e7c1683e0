#!/usr/bin/env python3
"""Units of different flags share no symbol of Strata: shared_symbols.py NM LIBRARY...

The linker keeps one copy of a function that several units have, whichever it likes. If that were one for AVX, a program
would run into an illegal instruction on a machine without, though it asked for the unit that needs none.
"""

import itertools
import subprocess
import sys


def symbols(nm, library):
    """The weak and unique symbols that have something of Strata in their names."""
    listed = subprocess.run([nm, "--defined-only", library], capture_output=True, text=True, check=True).stdout
    fields = (line.split() for line in listed.splitlines())
    return {f[2] for f in fields if len(f) == 3 and f[1] in "WVu" and "6strata" in f[2]}


def main():
    nm, libraries = sys.argv[1], sys.argv[2:]
    units = {library: symbols(nm, library) for library in libraries}
    wrong = 0
    for (one, left), (other, right) in itertools.combinations(units.items(), 2):
        for name in sorted(left & right):
            print(f"{one} and {other} share {name}")
            wrong += 1
    print(", ".join(f"{len(found)} symbols in {library}" for library, found in units.items()))
    return 1 if wrong or len(units) < 2 or not all(units.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
