"""What the comparisons with PyTorch share: one thread, both sides in turn, medians, one table."""

import json
import statistics
import subprocess
import sys

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def import_torch():
    """PyTorch on one thread; ends the program as skipped where it is missing."""
    try:
        import torch
    except ImportError:
        print("skipped: python3-torch is not installed")
        sys.exit(77)
    torch.set_num_threads(1)
    torch.manual_seed(2)
    return torch


def strata_seconds(program, benchmark):
    """Seconds of one iteration of a Google Benchmark."""
    command = [program, f"--benchmark_filter={benchmark}", "--benchmark_format=json", "--benchmark_min_time=0.3"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    result = json.loads(run.stdout)["benchmarks"][0]
    return result["real_time"] * UNITS[result["time_unit"]]


def compare(work, benchmark, torch_seconds):
    """Measures argv[1]'s benchmark and a PyTorch function in turn, argv[2] (default 5) times, and prints the medians."""
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    torch_seconds()  # its first call warms PyTorch up
    pairs = [(strata_seconds(program, benchmark), torch_seconds()) for _ in range(rounds)]
    ours, theirs = (statistics.median(side) for side in zip(*pairs))
    ratio = statistics.median(b / a for a, b in pairs)
    print(f"{work}, one thread, median of {rounds} in turn")
    print(f"  Strata   {1e3 * ours:9.3f} ms")
    print(f"  PyTorch  {1e3 * theirs:9.3f} ms")
    print(f"  Strata is {ratio:.2f} times as fast")
    return 0
