#!/usr/bin/env python3
"""Checks layers at many shapes drawn from a seed, one kind of layer after the other: run.py SHAPES SEED [KIND...]

    tests/properties/run.py 50 1

CXX is the compiler (g++), CXXFLAGS are its options beside ours. The last line of a failing check names its network, and its
test case the kind; `generate.py SEED SHAPES KIND` writes what was compiled.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
UNIT = 17  # networks that are compiled together


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    sys.path.insert(0, str(here))
    import generate

    count, seed, kinds = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] or list(generate.KINDS)
    compiler = [os.environ.get("CXX", "g++"), "-std=c++20", "-O1", "-march=native", "-w", f"-I{root / 'include'}", f"-I{root / 'tests'}",
                "-DSTRATA_SEPARATE_KERNELS", *shlex.split(os.environ.get("CXXFLAGS", ""))]
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        def compile_unit(source, *options):
            unit = pathlib.Path(folder) / (pathlib.Path(source).stem + ".o")
            subprocess.run([*compiler, *options, "-c", source, "-o", unit], check=True)
            return unit

        shared = [compile_unit(root / "include/strata/kernels.cpp", "-O3"), compile_unit(root / "tests/support/main.cpp")]
        for kind in kinds:
            begin = time.monotonic()
            source = pathlib.Path(folder) / f"{kind}.cpp"
            passed = True
            for first in range(0, count, UNIT):
                with source.open("w", encoding="utf-8") as to:
                    generate.write(seed, count, [kind], to, first, min(UNIT, count - first))
                program = pathlib.Path(folder) / kind
                subprocess.run([compiler[0], compile_unit(source), *shared, "-o", program], check=True)
                passed = subprocess.run([program, "-m"], check=False).returncode == 0 and passed
            print(f"{kind}: {count} shapes {'passed' if passed else 'FAILED'}, {time.monotonic() - begin:.0f} s", flush=True)
            if not passed:
                failed.append(kind)
    if failed:
        print("failed: " + " ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
