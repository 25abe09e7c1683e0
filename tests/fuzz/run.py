#!/usr/bin/env python3
"""A fuzz target for some seconds, from the stored seeds on; 0 seconds: a program that tries these alone.
run.py PROGRAM SEEDS SECONDS; STRATA_FUZZ_SECONDS in the environment is another number of seconds, but for 0"""

import os
import pathlib
import subprocess
import sys
import tempfile

program, seeds, seconds = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3])
seconds = seconds and int(os.environ.get("STRATA_FUZZ_SECONDS", seconds))
with tempfile.TemporaryDirectory() as folder:
    options = ["-timeout=10", "-rss_limit_mb=2000", f"-max_total_time={seconds}", "found"] if seconds else []
    (pathlib.Path(folder) / "found").mkdir()
    done = subprocess.run([program, *options, seeds], cwd=folder, capture_output=True, text=True, check=False)
    print(done.stderr[-3000:] if done.returncode else (done.stderr or done.stdout).splitlines()[-1])
    for crash in pathlib.Path(folder).glob("*-*"):
        print(f"{crash.name}: {crash.read_bytes()[:4096].hex()}")
sys.exit(done.returncode != 0)
