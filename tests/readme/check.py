#!/usr/bin/env python3
"""The README's programs, as a reader would copy them: check.py README COMPILER [ARGUMENTS...]

A listing with main() is compiled without a warning and run, and must print the block that follows it. A listing that
includes a header by itself must compile; one that does not is compiled inside the listings before it.
"""

import os
import re
import subprocess
import sys
import tempfile


def main():
    readme, compiler = sys.argv[1], sys.argv[2:]
    with open(readme, encoding="utf-8") as file:
        blocks = re.findall(r"^```(\w*)\n(.*?)^```$", file.read(), re.M | re.S)
    problems = []
    programs = 0
    context = ""
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "listing.cpp"), os.path.join(folder, "listing")
        for place, (language, text) in enumerate(blocks):
            if language != "cpp":
                continue
            first_line = text.splitlines()[0]
            starts_anew = text.startswith("#include")
            context = text if starts_anew else context + "\n" + text
            with open(source, "w", encoding="utf-8") as file:
                file.write(context)
            runs = "int main(" in text
            built = subprocess.run(
                compiler + (["-o", program] if runs else ["-fsyntax-only"]) + [source], capture_output=True, text=True
            )
            if built.returncode or built.stderr:
                problems.append(f"the listing that starts with '{first_line}':\n{built.stderr}")
                continue
            if runs:
                programs += 1
                printed = subprocess.run([program], capture_output=True, text=True, timeout=60)
                expected = blocks[place + 1][1] if place + 1 < len(blocks) else ""
                if printed.returncode or printed.stdout != expected:
                    problems.append(f"'{first_line}' prints\n{printed.stdout}{printed.stderr}and not\n{expected}")
    if programs == 0:
        problems.append("no listing has a main()")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
