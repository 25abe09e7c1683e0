#!/usr/bin/env python3
"""Tests of this folder's neighbours, compiled for another machine and run by an emulator of it:
run.py 'EMULATOR' TEST... -- COMPILER [ARGUMENTS...], where TEST is a file below tests without its ending.

    tests/targets/run.py qemu-aarch64 kernels/elementary layers/dense -- aarch64-linux-gnu-g++ -static
    tests/targets/run.py qemu-s390x io/safetensors -- s390x-linux-gnu-g++ -static -DSTRATA_PORTABLE
    tests/targets/run.py '' io/safetensors -- i686-linux-gnu-g++ -static -msse2
    tests/targets/run.py 'node --no-warnings wasi.mjs' kernels/gemm -- clang++-19 --target=wasm32-wasi -stdlib=libc++ ...

The emulator may be a script in this folder, behind what runs it.

Ends with 77 where compiler, emulator or the standard library are missing.
"""

import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]


def main():
    where = sys.argv.index("--")
    emulator, tests, compiler = shlex.split(sys.argv[1]), sys.argv[2:where], sys.argv[where + 1 :]
    emulator = [str(here / word) if (here / word).exists() else word for word in emulator]
    for needed in [*emulator[:1], compiler[0]]:
        if not shutil.which(needed):
            print(f"{needed} is not there")
            return 77
    if subprocess.run([*compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", "-"], input="#include <vector>", text=True,
                      capture_output=True).returncode != 0:
        print("no standard library for that machine")
        return 77
    command = [*compiler, "-std=c++20", "-O1", "-w", f"-I{root / 'include'}", f"-I{root / 'tests'}", f"-I{root / 'examples'}",
               f"-I{root / 'tests/golden'}", f'-DSTRATA_FILES="{root}/tests/io/files"', f'-DSTRATA_GOLDEN="{root}/tests/golden"']
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        shared = [pathlib.Path(folder) / "main.o"]
        sources = [root / "tests/support/main.cpp"]
        if any("golden" in test for test in tests):
            sources.append(root / "tests/golden/golden.cpp")
            shared.append(pathlib.Path(folder) / "golden.o")
        for source, unit in zip(sources, shared):
            subprocess.run([*command, "-c", source, "-o", unit], check=True)
        for test in tests:
            begin = time.monotonic()
            program = pathlib.Path(folder) / test.replace("/", "-")
            ran = subprocess.run([*command, root / "tests" / f"{test}.cpp", *shared, "-o", program],
                                 capture_output=True, text=True)
            built = time.monotonic()
            if ran.returncode == 0:
                ran = subprocess.run([*emulator, program], capture_output=True, text=True)
            good = ran.returncode == 0
            failed += not good
            print(f"{test}: {'passed' if good else 'FAILED'}, {built - begin:.0f} s to compile, {time.monotonic() - built:.0f} s to run",
                  flush=True)
            if not good:
                print(ran.stdout[-4000:] + ran.stderr[-2000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
