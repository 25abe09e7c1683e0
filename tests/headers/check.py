#!/usr/bin/env python3
"""Every header compiles alone, and included twice: check.py INCLUDE_FOLDER COMPILER [ARGUMENTS...]

Each puts the macros of other headers away by itself. Compiled for plain C++ vectors, which takes half the time, and without
what xsimd happens to include. A header that another one includes first of all has compiled alone when that one has.
"""

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor


def main():
    folder, compiler = sys.argv[1], sys.argv[2:]
    headers = sorted(os.path.relpath(os.path.join(where, name), folder)
                     for where, _, names in os.walk(folder) for name in names if name.endswith(".hpp"))

    def includes_of(header):
        with open(os.path.join(folder, header), encoding="utf-8") as file:
            return re.findall(r'^#include [<"]([^>"]+)[>"]$', file.read(), re.M)

    firsts = {next((name for name in includes_of(header) if not name.startswith("strata/meta/macros_")), None) for header in headers}

    # What says which language is needed, and for which machine, has nothing that a macro could break.
    alone = ("language.hpp", "target.hpp", "macros_away.hpp", "macros_back.hpp")

    def complaint(header):
        includes = includes_of(header)
        more = ["-DSTRATA_PORTABLE"]
        if "mpi.h" in includes:
            flags = subprocess.run(["pkg-config", "--cflags", "mpi-c"], capture_output=True, text=True)
            if flags.returncode:
                print(f"{header}: not compiled, since MPI is missing")
                return None
            more += flags.stdout.replace("-I", "-isystem").split()
        macros = [i for i, name in enumerate(includes) if name.startswith("strata/meta/macros_")]
        # First of all, so that what the compiler lacks is said before anything else: see language.py.
        if os.path.basename(header) not in alone and macros != [0, len(includes) - 1]:
            return "it does not include macros_away.hpp first and macros_back.hpp last"
        if header in firsts:
            with open(os.path.join(folder, header), encoding="utf-8") as file:
                return None if "\n#pragma once\n" in file.read() else "it does not say #pragma once"
        # -x c++ on a source of its own: compilers warn about "pragma once in main file" otherwise.
        with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
            source.write(f'#include "{header}"\n#include "{header}"\n')
            source.flush()
            run = subprocess.run(compiler + more + ["-I" + folder, "-Werror", "-fsyntax-only", source.name],
                                 capture_output=True, text=True)
        return run.stderr if run.returncode else None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [(h, c) for h, c in zip(headers, pool.map(complaint, headers)) if c is not None]
    for header, text in failed:
        print(f"{header} does not compile alone:\n{text}")
    print(f"{len(headers) - len(failed)} of {len(headers)} headers compile alone")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
