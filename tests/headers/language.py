#!/usr/bin/env python3
"""Headers say first, and nearly alone, what the compiler lacks: language.py INCLUDE_FOLDER COMPILER [ARGUMENTS...]

Compiled as an older C++, or by a compiler that says it is an older one, a header ends the compilation with a sentence.
check.py sees that every header begins with the same include, so the first of each folder stands for all.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

# The sentence, how the compiler ends, and a line for each file on the way there.
MOST_LINES = 20

OLDER = [
    (["-std=c++11"], "-std=c++20"),
    (["-std=c++17"], "-std=c++20"),
    (["-std=c++20", "-U__GNUC__", "-D__GNUC__=11", "-U__clang_major__", "-D__clang_major__=13"], "GCC 12"),
    (["-std=c++20", "-U__GNUC__", "-U__clang__"], "GCC 12"),
]


def main():
    folder, compiler = sys.argv[1], sys.argv[2:]
    headers = []
    for where, _, names in os.walk(folder):
        here = sorted(name for name in names if name.endswith(".hpp"))
        headers += [os.path.relpath(os.path.join(where, name), folder) for name in here[:1]]

    def complaint(case):
        header, (arguments, remedy) = case
        with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
            source.write(f'#include "{header}"\n')
            source.flush()
            run = subprocess.run(compiler + arguments + ["-I" + folder, "-fsyntax-only", source.name],
                                 capture_output=True, text=True)
        lines = run.stderr.splitlines()
        errors = [line for line in lines if "error: " in line]
        if not errors:
            return f"{header} compiles with {arguments}"
        if remedy not in errors[0] or len(lines) > MOST_LINES:
            return f"{header} with {arguments}: {len(lines)} lines, and the first error is {errors[0]}"
        return None

    cases = [(header, older) for header in headers for older in OLDER]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = [c for c in pool.map(complaint, cases) if c is not None]
    for text in complaints:
        print(text)
    print(f"{len(cases) - len(complaints)} of {len(cases)} refusals are a sentence")
    return 1 if complaints or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
