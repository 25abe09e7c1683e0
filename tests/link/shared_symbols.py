#!/usr/bin/env python3
"""No function of Strata that units of different flags share has wide instructions: shared_symbols.py OBJDUMP LIBRARY...

The linker keeps one copy of a symbol that several units have, whichever it likes. If that copy was compiled for AVX, a
program runs into an illegal instruction on a machine without, though it asked for the unit that needs none. So whatever
instructions such a symbol has must be those of the plainest unit, which here is x86-64's baseline.
"""

import collections
import re
import subprocess
import sys

SYMBOL = re.compile(r"^[0-9a-f]+ <(.*)>:$")
# AVX and later write every instruction with a v before it.
WIDE = re.compile(r"^\s+[0-9a-f]+:\s+(v[a-z0-9]+)\s.*%[xyz]mm", re.M)


def functions(objdump, library):
    """Every weak function of a library in namespace strata, with the wide instructions in it."""
    weak = set()
    for line in subprocess.run([objdump, "--syms", library], capture_output=True, text=True, check=True).stdout.splitlines():
        fields = line.split()
        if len(fields) > 2 and "w" in line[17:24] and "F" in line[17:24]:
            weak.add(fields[-1])
    text = subprocess.run([objdump, "--disassemble", "--no-show-raw-insn", library], capture_output=True, text=True,
                          check=True).stdout
    found, name = {}, None
    for line in text.splitlines():
        if match := SYMBOL.match(line):
            name = match[1] if match[1] in weak else None
            if name:
                found.setdefault(name, set())
        elif name and (match := WIDE.match(line)):
            found[name].add(match[1])
    return found


def main():
    objdump, libraries = sys.argv[1], sys.argv[2:]
    units = {library: functions(objdump, library) for library in libraries}
    owners = collections.defaultdict(list)
    for library, found in units.items():
        for name in found:
            owners[name].append(library)
    shared = [name for name, where in owners.items() if len(where) > 1 and "6strata" in name]
    wide = sorted(name for name in shared if any(units[library][name] for library in owners[name]))
    readable = subprocess.run(["c++filt"], input="\n".join(wide), capture_output=True, text=True, check=True).stdout
    for text, name in zip(readable.splitlines(), wide):
        instructions = sorted(set().union(*(units[library][name] for library in owners[name])))
        print(f"{text[:200]}: {', '.join(instructions[:6])}")
    print(f"{len(wide)} of {len(shared)} shared functions of Strata have wide instructions")
    return 1 if wide or not shared else 0


if __name__ == "__main__":
    sys.exit(main())
