#!/usr/bin/env python3
"""The same work in Strata and in other libraries, one thread each, in turn; medians of several rounds in one table.

usage: compare.py [--rounds N] [--record FOLDER] [--only REGULAR EXPRESSION] [--flags TEXT]
                  strata=PROGRAM... LIBRARY=PROGRAM...
       compare.py --show RECORD

A program prints JSON as Google Benchmark does; works are the same where their names are. One that ends with 77 is
skipped. --record writes what was measured, with the machine and the versions, to a JSON file in the folder; --show
prints the table of such a file once more.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

UNITS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


# What keeps libraries from instructions that Strata was compiled without.
AVX2_ONLY = {"OPENBLAS_CORETYPE": "Haswell", "DNNL_MAX_CPU_ISA": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2",
             "LIBXSMM_TARGET": "hsw", "ATEN_CPU_CAPABILITY": "avx2"}


def environment(architecture):
    """One thread for all; the instruction set that Strata was compiled for; no variable from outside that makes a library
    choose other kernels than by itself; and memory that is freed stays with the process, as it does in a program that
    has run for a while: PyTorch takes its tensors anew in every call, and the system's zeroing of fresh pages took
    longer than its work."""
    tuned = ("OPENBLAS_", "GOTO_", "OMP_", "MKL_", "DNNL_", "ONEDNN_", "LIBXSMM_", "ATEN_", "MALLOC_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(tuned)}
    return inherited | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
                        "MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**30)} | \
        (AVX2_ONLY if architecture.endswith("avx2") else {})


def measure(program, pattern, architecture):
    """Name to (nanoseconds, flop/s or None); the version that the library gives, if it does."""
    if program.endswith(".py"):
        command = ["/usr/bin/python3", program, pattern]
    else:
        command = [program, "--benchmark_format=json", "--benchmark_min_time=0.1", f"--benchmark_filter={pattern or '.'}"]
    run = subprocess.run(command, capture_output=True, text=True, env=environment(architecture), check=False)
    if run.returncode == 77 or not run.stdout.strip():
        return {}, None
    if run.returncode != 0:
        raise RuntimeError(f"{program} failed:\n{run.stderr}")
    result = json.loads(run.stdout)
    return {b["name"]: (b["real_time"] * UNITS[b["time_unit"]], b.get("flop/s")) for b in result["benchmarks"]}, \
        result.get("context", {}).get("library_version")


def text_of(nanoseconds):
    for unit, scale in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= scale:
            return f"{nanoseconds / scale:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def cpu():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def print_rows(head, rows, libraries, samples):
    """One part of the table: times of a call, or for one of so many samples."""
    width = max(len(head), *(len(row["work"]) for row in rows))
    print(f"{head:{width}}  {'Strata':>7}  {'of peak':>7}" + "".join(f"  {library:>14}" for library in libraries))
    for row in rows:
        times = {library: time / samples(row) for library, time in row["nanoseconds"].items()}
        share = row.get("best_percent_of_peak")
        print((f"{row['work']:{width}}  {text_of(times['strata']):>7}  {f'{share:.0f} %' if share else '':>7}" + "".join(
            f"  {text_of(times[library]):>7} {f'({ratio:.2f})':>6}" if (ratio := row["ratios"].get(library))
            else " " * 16 for library in libraries)).rstrip())


def show(record):
    """Prints a record as a table in two parts: works, and how the time for a sample grows."""
    growth = [row for row in record["table"] if row["work"].startswith("growth")]
    works = [row for row in record["table"] if row not in growth]
    for head, rows, samples in (("work", works, lambda row: 1),
                                ("growth: training step, time per sample", growth,
                                 lambda row: int(row["work"].rsplit(" ", 1)[1]))):
        if rows:
            libraries = list(dict.fromkeys(library for row in rows for library in row["ratios"]))
            print_rows(head, rows, libraries, samples)
            print()
    print(f"peak {record['peak_gflops']:.1f} Gflop/s; in brackets, how many times Strata's time the other takes; times are "
          f"medians of {record['rounds']} rounds, shares of the peak those of the best")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--record", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--flags", default="", help="compiler and flags, for the record")
    parser.add_argument("--show", type=pathlib.Path)
    parser.add_argument("programs", nargs="*", help="strata=PROGRAM or LIBRARY=PROGRAM")
    options = parser.parse_args()
    if options.show:
        show(json.loads(options.show.read_text()))
        return 0

    programs = [p.split("=", 1) for p in options.programs]
    samples, flops, versions = {}, {}, {}
    for _ in range(options.rounds):
        for library, program in programs:
            measured, version = measure(program, options.only, versions.get("strata", ""))
            if version:
                versions[library] = version
            for name, (nanoseconds, rate) in measured.items():
                samples.setdefault(name, {}).setdefault(library, []).append(nanoseconds)
                if library == "strata" and rate:
                    flops.setdefault(name, []).append(rate)
    medians = {name: {library: statistics.median(times) for library, times in by.items()}
               for name, by in samples.items()}
    peak = max(flops.get("peak", [float("nan")]))
    libraries = list(dict.fromkeys(library for library, _ in programs if library != "strata"))
    libraries = [library for library in libraries if any(library in by for by in medians.values())]

    table = []
    for name, by in medians.items():
        if name == "peak" or "strata" not in by or not (len(by) > 1 or name in flops):
            continue
        share = 100 * max(flops[name]) / peak if name in flops else None
        ratios = {library: by[library] / by["strata"] for library in libraries if library in by}
        table.append({"work": name, "nanoseconds": {k: round(v, 1) for k, v in by.items()},
                      "ratios": {k: round(v, 3) for k, v in ratios.items()},
                      **({"best_percent_of_peak": round(share, 1)} if share else {})})
    today = datetime.date.today().isoformat()
    record = {"date": today, "cpu": cpu(), "cores": os.cpu_count(), "threads": 1, "flags": options.flags,
              "rounds": options.rounds, "versions": versions, "peak_gflops": round(peak / 1e9, 2), "table": table}
    show(record)
    if options.record:
        architecture = versions.get("strata", "unknown").replace("+", "-")
        path = options.record / f"{today}-peers-{architecture}.json"
        path.write_text(json.dumps(record, indent=1) + "\n")
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
