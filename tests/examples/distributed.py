#!/usr/bin/env python3
"""The example of several processes: its figures are those of one, and it goes on from a checkpoint.
distributed.py MPIRUN PROGRAM"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

mpirun, program = sys.argv[1:]
# For root, as in containers; over loopback alone.
environment = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_btl": "self,vader,tcp",
    "OMPI_MCA_btl_tcp_if_include": "lo",
    "OMPI_MCA_oob_tcp_if_include": "lo",
    "OMPI_MCA_mpi_yield_when_idle": "1",
    # Open MPI does not free all that it took.
    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0",
}
environment.pop("STRATA_DATA", None)


def run(ranks, *options):
    with tempfile.TemporaryDirectory() as folder:
        start = [mpirun, "-n", str(ranks), "--oversubscribe"] if ranks else []
        subprocess.run([*start, program, "--out", folder, *options], env=environment, check=True, timeout=200)
        metrics = json.loads((pathlib.Path(folder) / "metrics.json").read_text())
    assert metrics.pop("ranks") == max(ranks, 1), metrics
    return metrics


alone = run(0, "--epochs", "2")
assert len(alone["epoch_loss"]) == 2 and 0 < alone["test_mse"] < alone["epoch_loss"][0], alone
assert run(2, "--epochs", "2", "--threads", "2") == alone
with tempfile.TemporaryDirectory() as folder:
    kept = folder + "/kept.safetensors"
    run(2, "--epochs", "1", "--checkpoint", kept)
    assert run(4, "--epochs", "2", "--checkpoint", kept, "--resume") == alone
    # What is wrong is said, also where one rank alone finds it.
    for options, words in ((["--json", folder + "/missing/x.json"], "x.json: cannot be written: No such file"),
                           (["--checkpoint", kept, "--resume", "--seed", "7"], "was begun with --seed 2, not with --seed 7")):
        ended = subprocess.run([mpirun, "-n", "2", "--oversubscribe", program, "--out", folder + "/out", "--epochs", "3", *options],
                               env=environment, capture_output=True, text=True, timeout=200)
        assert ended.returncode != 0 and words in ended.stderr, ended
