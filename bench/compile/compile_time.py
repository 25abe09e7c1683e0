#!/usr/bin/env python3
"""Seconds that a compiler takes for a file: compile_time.py FILE COMPILER [ARGUMENTS...]

Prints the median of three runs of the compiler's own user + system time.
"""

import os
import resource
import statistics
import subprocess
import sys


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    source, compiler = sys.argv[1], sys.argv[2:]
    command = compiler + ["-c", source, "-o", os.devnull]
    seconds = [cpu_seconds(command) for _ in range(3)]
    print(f"{os.path.basename(source)}: {statistics.median(seconds):.2f} s of CPU to compile")


if __name__ == "__main__":
    main()
