#!/usr/bin/env python3
"""Strata in one header, for programs of one file and Compiler Explorer: strata/core.hpp and all that it includes of
Strata, in order, each once. Includes of other libraries stay as they are.

usage: single_header.py OUTPUT [HEADER...] [--depfile FILE]

HEADER... are the headers that go in, strata/core.hpp unless others are named: for instance strata/strata.hpp
strata/io/weights.hpp. The output replaces all of Strata's headers: a program does not include others beside it.
"""

import argparse
import pathlib
import re
import sys

sys.dont_write_bytecode = True
import version

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*"(strata/[^"]+)"')
# They nest: one pair around everything does what a pair in each header does.
MACROS_AWAY, MACROS_BACK = "strata/meta/macros_away.hpp", "strata/meta/macros_back.hpp"


class joined:
    """Headers, joined into lines."""

    def __init__(self):
        self.lines = []
        self.files = []  # all that was read
        self.once = {}  # header with a pragma once -> whether it stands within an #if

    def add(self, header, conditional=False):
        path = ROOT / "include" / header
        if not header.startswith("strata/") or not path.is_file():
            sys.exit(f"single_header.py: there is no header {header}: they are called as in #include, strata/core.hpp for instance")
        text = path.read_text(encoding="utf-8")
        if re.search(r"^#pragma once$", text, re.M):
            if header in self.once:
                if self.once[header]:
                    sys.exit(f"{header} is included within an #if and again elsewhere: joined, it would be within the #if alone")
                return
            self.once[header] = conditional
        self.files.append(path)
        self.lines += ["", f"// {header}"]
        depth = 0
        for line in text.splitlines():
            included = INCLUDE.match(line)
            if included:
                if included[1] not in (MACROS_AWAY, MACROS_BACK):
                    self.add(included[1], conditional or depth > 0)
                continue
            depth += bool(re.match(r"\s*#\s*if", line)) - bool(re.match(r"\s*#\s*endif", line))
            if line != "#pragma once":
                self.lines.append(line)


def single_header(headers):
    """Its text, and the files that it was made of."""
    everything = joined()
    for header in ("strata/meta/language.hpp", "strata/meta/target.hpp", MACROS_AWAY, *headers, MACROS_BACK):
        everything.add(header)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").splitlines()
    top = [f"Strata {version.version()} in one header: {', '.join(headers)}, joined by packaging/single_header.py.", ""]
    lines = [f"// {line}".rstrip() for line in top + licence] + ["#pragma once"] + everything.lines
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
    return text, everything.files


def main():
    parser = argparse.ArgumentParser(description="Strata in one header.")
    parser.add_argument("output")
    parser.add_argument("headers", nargs="*", default=["strata/core.hpp"], metavar="header",
                        help="what goes in (default: strata/core.hpp)")
    parser.add_argument("--depfile", help="a Makefile that says which files the output is made of")
    arguments = parser.parse_args()
    text, files = single_header(arguments.headers)
    try:
        pathlib.Path(arguments.output).write_text(text, encoding="utf-8")
    except OSError as error:
        sys.exit(f"single_header.py: {error.filename}: {error.strerror}")
    if arguments.depfile:
        escaped = [str(file).replace(" ", "\\ ") for file in files]
        pathlib.Path(arguments.depfile).write_text(f"{arguments.output}: {' '.join(escaped)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
