#!/usr/bin/env python3
"""A program that must not compile, and what the compiler must say: check.py FILE HEADER COMPILER [ARGUMENTS...]

The file says in comments what to expect: `// says: <sentence>` and `// also: <part of a type's name>`. With
STRATA_CORRECTED defined the same file, its mistake mended, must compile: so it fails for no other reason. HEADER is the
precompiled header that stands for Strata's own.
"""

import os
import re
import subprocess
import sys

# A message one can read is a screen, not the 37 kB of some libraries.
MOST_LINES = 20


def main():
    source, header, compiler = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    expected = re.findall(r"^// (?:says|also): (.+)$", text, re.M)
    if not expected:
        print("the file does not say what to expect")
        return 1

    def compile_it(*more):
        # GCC looks for the header's name with .gch behind it, Clang is given the file.
        include = ["-include", header.removesuffix(".gch")] if header.endswith(".gch") else ["-include-pch", header]
        return subprocess.run(compiler + include + ["-fsyntax-only", *more, source], capture_output=True, text=True)

    corrected = compile_it("-DSTRATA_CORRECTED")
    if corrected.returncode:
        print(f"corrected, it should compile:\n{corrected.stderr}")
        return 1
    if "warning:" in corrected.stderr:
        print(f"corrected, it should compile without a warning:\n{corrected.stderr}")
        return 1
    wrong = compile_it()
    # The lines that say how the precompiled header came in are not what a user sees.
    said = "".join(line for line in (wrong.stderr + wrong.stdout).splitlines(True)
                   if os.path.basename(header).split(".")[0] + ".hpp" not in line and "<built-in>" not in line)
    problems = [f"the compiler does not say: {fragment}" for fragment in expected if fragment not in said]
    if wrong.returncode == 0:
        problems.insert(0, "it compiles")
    lines = said.count("\n")
    if lines > MOST_LINES:
        problems.append(f"the compiler says {lines} lines, more than {MOST_LINES}")
    for problem in problems:
        print(problem)
    print(said if problems else f"refused in {lines} lines")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
