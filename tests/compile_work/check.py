#!/usr/bin/env python3
"""How much compiling a training program takes, as a count that is the same in every run: the declarations that Clang
makes beyond those of the headers alone, which are instantiations of templates and what they hold.

check.py [--update] FIGURES INCLUDE_FOLDER PROGRAM COMPILER [ARGUMENTS...]

Fails when a program takes 3 % more than FIGURES says; --update writes what it takes now. Counts depend on the compiler
and the libraries, so with others than those of FIGURES nothing is compared (exit status 77).
"""

import json
import os
import re
import subprocess
import sys
import tempfile

MOST_GROWTH = 0.03
SKIPPED = 77
# What a figure holds for.
VERSIONS = ["__clang_major__", "_GLIBCXX_RELEASE", "XSIMD_VERSION_MAJOR", "XSIMD_VERSION_MINOR", "__x86_64__"]


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stderr)
    return result.stdout + result.stderr


def declarations(command, source):
    said = run(command + ["-fsyntax-only", "-Xclang", "-print-stats", source])
    return int(re.search(r"(\d+) decls total", said)[1])


def versions(command, headers):
    defined = dict(re.findall(r"^#define (\w+) (.*)$", run(command + ["-dM", "-E", headers]), re.M))
    return {name: defined.get(name, "") for name in VERSIONS}


def main():
    update = sys.argv[1] == "--update"
    figures, include, program, *compiler = sys.argv[2 if update else 1:]
    name = os.path.splitext(os.path.basename(program))[0]
    command = compiler + ["-std=c++20", "-march=x86-64-v3", f"-I{include}"]
    stored = json.load(open(figures, encoding="utf-8")) if os.path.exists(figures) else {}

    with open(program, encoding="utf-8") as file:
        header = re.search(r'#include "(strata/\w+\.hpp)"', file.read())[1]
    if "__clang_major__" not in run(compiler + ["-dM", "-E", "-x", "c++", os.devnull]):
        print("counted with Clang alone")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        headers = os.path.join(folder, "headers.cpp")
        with open(headers, "w", encoding="utf-8") as file:
            file.write(f'#include "{header}"\n')
        found = versions(command, headers)
        if not update and found != stored["versions"]:
            print(f"the figures are for {stored['versions']}, this is {found}")
            return SKIPPED
        count = declarations(command, program) - declarations(command, headers)

    if update:
        stored["versions"] = found
        stored.setdefault("declarations", {})[name] = count
        with open(figures, "w", encoding="utf-8") as file:
            json.dump(stored, file, indent=2)
            file.write("\n")
        print(f"{name}: {count} declarations are stored")
        return 0
    before = stored["declarations"][name]
    growth = count / before - 1
    print(f"{name}: {count} declarations, {100 * growth:+.1f} % of the {before} stored")
    if growth > MOST_GROWTH:
        print(f"It takes more to compile than it may. If that is worth it: {sys.argv[0]} --update {' '.join(sys.argv[1:])}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
