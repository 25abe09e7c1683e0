#!/usr/bin/env python3
"""Runs of several ranks on this machine: mpi.py MPIRUN PROGRAM [FOLDER FOR OPEN MPI'S FILES]"""

import os
import subprocess
import sys
import tempfile
import time


def run(ranks, *arguments, fails=False, within=40):
    environment = os.environ | {
        # For root, as in containers; and nothing but loopback.
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_btl": "self,vader,tcp",
        "OMPI_MCA_btl_tcp_if_include": "lo",
        "OMPI_MCA_oob_tcp_if_include": "lo",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
        "OMPI_MCA_hwloc_base_binding_policy": "none",
        "OMPI_MCA_mpi_yield_when_idle": "1",
        # Open MPI does not free all that it took.
        "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0",
    }
    begin = time.monotonic()
    done = subprocess.run([mpirun, "-n", str(ranks), "--oversubscribe", program, *arguments], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    took = time.monotonic() - begin
    if (done.returncode != 0) != fails or took > within:
        sys.exit(f"{ranks} ranks, {' '.join(arguments)}: exit status {done.returncode} after {took:.0f} s:\n{done.stdout}")
    return done.stdout


def expect(text, *sentences):
    for sentence in sentences:
        if sentence not in text:
            sys.exit(f"{sentence!r} is not said in\n{text}")


mpirun, program = sys.argv[1:3]
os.environ.setdefault("TMPDIR", tempfile.gettempdir())
alone = subprocess.run([program, "alone"], capture_output=True, text=True, check=True).stdout.split()[1]
for ranks in 1, 2, 4:
    for threads in 1, 2:
        lines = [line.split() for line in run(ranks, "bits", str(threads)).splitlines()]
        found = [line[1] for line in lines if line[0] == "bits"]
        if found != [alone] * ranks:
            sys.exit(f"{ranks} ranks of {threads} threads: {found}, and one process alone has {alone}")
        if len({line[1] for line in lines if line[0] == "weights"}) != 1:
            sys.exit(f"{ranks} ranks: not all have rank 0's weights: {lines}")
    print(f"{ranks} ranks of 1 and 2 threads: the bits of one process")

expect(run(2, "any_order"), "close\nclose\n")
expect(run(2, "shards"), "2 ranks cannot share 3 shards evenly")
expect(run(4, "shards"), "4 ranks cannot share 3 shards evenly")
expect(run(3, "shards"), "3 ranks cannot share 3 shards evenly")
thrown = run(2, "throws")
expect(thrown, "rank 1: rank 1 does not like it; as it was", "rank 0: strata: another rank fails", "as it was")
if thrown.count("goes on") != 2 or "changed" in thrown:
    sys.exit(f"after an exception not all go on:\n{thrown}")
expect(run(2, "networks", fails=True), "not all ranks have the same network, batch and shards")
expect(run(2, "leaves", fails=True), "leaves by an exception: the run ends here")
expect(run(2, "dies", fails=True), "Aborted")
expect(run(2, "waits", fails=True), "rank 0 of 2 has waited 3 s for the others: the run ends here")
print("ranks that fail end the run, with a sentence")
