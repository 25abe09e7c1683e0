#!/usr/bin/env python3
"""Seconds that a compiler takes for a file: compile_time.py [--layers FEW MANY] FILE COMPILER [ARGUMENTS...]

Prints the median of three runs of the compiler's own user + system time; with --layers, for a file that takes its number
of layers from LAYERS, that of both numbers and what a layer costs.
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


def median(source, compiler):
    command = compiler + ["-c", source, "-o", os.devnull]
    return statistics.median(cpu_seconds(command) for _ in range(3))


def main():
    arguments = sys.argv[1:]
    layers = []
    if arguments[0] == "--layers":
        layers = [int(number) for number in arguments[1:3]]
        del arguments[:3]
    source, compiler = arguments[0], arguments[1:]
    name = os.path.basename(source) + (" -DTRAINS" if "-DTRAINS" in compiler else "")
    if not layers:
        print(f"{name}: {median(source, compiler):.2f} s of CPU to compile")
        return
    few, many = (median(source, compiler + [f"-DLAYERS={number}"]) for number in layers)
    print(f"{name}: {few:.2f} s of CPU to compile {layers[0]} layers, {many:.2f} s for {layers[1]}: "
          f"{1000 * (many - few) / (layers[1] - layers[0]):.1f} ms a layer")


if __name__ == "__main__":
    main()
