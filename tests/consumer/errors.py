#!/usr/bin/env python3
"""Errors where there are no exceptions, and where a program has a function of its own for them:
errors.py PROGRAM INCLUDE_FOLDER COMPILER [ARGUMENTS...]
"""

import os
import subprocess
import sys
import tempfile

WITHOUT = ["-fno-exceptions", "-fno-rtti"]
OWN = ["-DSTRATA_ERROR_HANDLER=handle_error"]
# What errors.cpp does wrong, by number.
ERRORS = [
    ("std::invalid_argument", "strata: a span of 10 floats does not hold whole samples of 9 = 9 floats"),
    ("std::length_error", "strata: 9 samples for a workspace of batch<8>"),
    (
        "std::logic_error",
        "strata: a backward pass goes back through the forward pass of training before it, once, and there is none: "
        "call forward(net, work, x) first",
    ),
    ("std::runtime_error", "strata: fit fails in epoch 1, batch 1, at a loss of "),
    ("std::out_of_range", "strata: fit has no metric recall"),
    ("std::bad_alloc", "strata: more floats than any memory holds"),
]


def main():
    source, headers, compiler = sys.argv[1], sys.argv[2], sys.argv[3:]
    problems = []
    found = subprocess.run(["pkg-config", "--cflags", "mpi-c"], capture_output=True, text=True)
    mpi = found.stdout.replace("-I", "-isystem").split()  # none where MPI is missing
    with tempfile.TemporaryDirectory() as folder:
        everything, program = os.path.join(folder, "everything.cpp"), os.path.join(folder, "program")
        with open(everything, "w", encoding="utf-8") as file:
            for where, _, names in sorted(os.walk(headers)):
                for name in sorted(names):
                    if name.endswith(".hpp") and (mpi or name != "mpi.hpp"):
                        path = os.path.relpath(os.path.join(where, name), headers)
                        file.write(f'#include "{path}"\n')
        for flags in (WITHOUT, OWN):
            built = subprocess.run(compiler + flags + mpi + ["-fsyntax-only", everything], capture_output=True, text=True)
            if built.returncode:
                problems.append(f"all headers with {flags}:\n{built.stderr}")
        for flags in (WITHOUT, WITHOUT + OWN, OWN):
            built = subprocess.run(compiler + flags + [source, "-o", program], capture_output=True, text=True)
            if built.returncode:
                problems.append(f"with {flags}:\n{built.stderr}")
                continue
            for number, (kind, message) in enumerate([(None, None)] + ERRORS):
                ran = subprocess.run([program, str(number)], capture_output=True, text=True)
                code, out, err = 0, "it runs\n", ""
                if number and OWN[0] in flags:
                    out += f"{kind}|{message}"
                elif number:
                    code, err = -6, f"{kind}: {message}"  # by abort
                if (ran.returncode, ran.stdout[: len(out)], ran.stderr[: len(err)]) != (code, out, err):
                    problems.append(f"error {number} with {flags}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
    print("\n".join(problems) or "errors arrive without exceptions, and in a program's own function")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
