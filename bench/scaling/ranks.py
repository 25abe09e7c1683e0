#!/usr/bin/env python3
"""Training in several processes, measured here, and on paper for machines: ranks.py MPIRUN PROGRAM [RANKS]

Measured, in the same run: samples a second of one process, of RANKS processes side by side, which is the limit, and of
RANKS ranks; and the time of adding up gradients. On paper: a step takes t(rows) + s(ranks), where t is what is measured,
and adding up in pairs sends 2 (1 - 1/R) of the bytes in 2 log2 R messages: s = 2 log2(R) alpha + 2 (1 - 1/R) bytes beta.
"""

import math
import os
import subprocess
import sys

mpirun, program = sys.argv[1:3]
ranks = int(sys.argv[3]) if len(sys.argv) > 3 else 2
environment = os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
# Weights, and samples a second of one thread where that is not measured: products at 90 GFLOP/s, 6 operations a weight.
NETWORKS = {"denoiser, 37,857 weights": (37857, None), "dense, 10 million weights": (10_000_000, 90e9 / 6e7)}
NETS = {"10 Gbit/s, 25 us": (25e-6, 1 / 1.25e9), "100 Gbit/s, 2 us": (2e-6, 1 / 12.5e9)}


def start(count):
    return subprocess.Popen([mpirun, "-n", str(count), "--oversubscribe", program], env=environment,
                            stdout=subprocess.PIPE, text=True)


def lines(process):
    return [line.split() for line in process.communicate()[0].splitlines()]


def rate(found):
    return max(float(line[3]) for line in found if line[0] == "train")


one, limit, together, adds = 0, 0, {}, {}
for _ in range(3):
    one = max(one, rate(lines(start(1))))
    limit = max(limit, sum(rate(lines(process)) for process in [start(1) for _ in range(ranks)]))
    for line in lines(start(ranks)):
        if line[0] == "train":
            together[line[2]] = max(together.get(line[2], 0), float(line[3]))
        else:
            key = line[2], int(line[3])
            adds[key] = min(adds.get(key, 1e9), float(line[4]))

print(f"denoiser, 32 rows a rank, samples a second: one process {one:.0f}, {ranks} processes {limit:.0f}")
for how, found in together.items():
    print(f"  {ranks} ranks, added up {'in pairs' if how == 'pairs' else 'in any order'}: {found:.0f}, "
          f"{100 * found / limit:.1f} % of the limit")
print(f"\nadding up among {ranks} ranks, microseconds\n{'bytes':>10} {'in pairs':>10} {'any order':>10}")
for size in sorted({key[1] for key in adds}):
    print(f"{size:10} {1e6 * adds['pairs', size]:10.1f} {1e6 * adds['any', size]:10.1f}")

# alpha and beta of this machine: the smallest message, and the slope between 64 KiB and 4 MiB.
steps, share = 2 * math.log2(ranks), 2 * (1 - 1 / ranks)
alpha = adds["pairs", 64] / steps
large = [size for size in sorted({key[1] for key in adds}) if 65536 <= size <= 4194304]
beta = (adds["pairs", large[-1]] - adds["pairs", large[0]]) / (share * (large[-1] - large[0]))
print(f"\nhere: alpha {1e6 * alpha:.2f} us, beta {1e-9 / beta:.1f} GB/s")

for name, (weights, rows_a_second) in NETWORKS.items():
    per_rank = rows_a_second or one
    for rows in 32, 256:
        compute = rows / per_rank
        print(f"\n{name}, {rows} rows a machine: {1e3 * compute:.2f} ms of compute; share of it in a step")
        print(f"{'machines':>20} " + " ".join(f"{2 ** k:>6}" for k in range(1, 11)))
        for net, (a, b) in NETS.items():
            shares = [compute / (compute + 2 * k * a + 2 * (1 - 0.5 ** k) * 4 * weights * b) for k in range(1, 11)]
            print(f"{net:>20} " + " ".join(f"{100 * each:5.1f}%" for each in shares))
    # Of a fixed batch: beyond which number of machines another doubling gains less than a tenth.
    for net, (a, b) in NETS.items():
        batch, best = 4096, 1
        for k in range(1, 13):
            def step(level):
                return (batch / 2 ** level / per_rank
                        + (2 * level * a + 2 * (1 - 0.5 ** level) * 4 * weights * b if level else 0))
            if step(k - 1) / step(k) > 1.1:
                best = 2 ** k
        print(f"  a batch of {batch} in all, {net}: stops scaling at {best} machines")
