#!/usr/bin/env python3
"""An example program that is killed again and again, and goes on from its checkpoints with another number of threads: its figures are
those of a run that never stopped, and what was trained to its end is not trained again. resumed.py PROGRAM [OPTIONS OF THE PROGRAM...]"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time


def figures(path):
    """Of a file of metrics: all but times."""

    def without_times(value):
        if isinstance(value, dict):
            return {key: without_times(v) for key, v in value.items() if "seconds" not in key}
        return [without_times(v) for v in value] if isinstance(value, list) else value

    return without_times(json.loads(path.read_text()))


def files(folder):
    """The checkpoints that are there, and when each was written."""
    found = {}
    for path in folder.glob("kept*.safetensors"):
        try:
            found[path.name] = path.stat().st_mtime_ns
        except FileNotFoundError:
            pass
    return found


def run_until(command, folder, written):
    """Kills the program once it has written a checkpoint so many times; says whether it was killed."""
    seen, last = 0, files(folder)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and seen < written:
            time.sleep(0.002)
            now = files(folder)
            seen += sum(last.get(name) != at for name, at in now.items())
            last = now
        process.kill()
        return process.wait() != 0


program, *options = sys.argv[1:]
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    out = ["--out", str(folder / "out"), "--json", str(folder / "metrics.json")]
    subprocess.run([program, *options, *out, "--threads", "2"], check=True, stdout=subprocess.DEVNULL)
    whole = figures(folder / "metrics.json")

    kept = [program, *options, *out, "--threads", "1", "--checkpoint", str(folder / "kept.safetensors")]
    killed = [run_until(kept if i == 0 else [*kept, "--resume"], folder, written) for i, written in enumerate((1, 3))]
    assert killed[0] and files(folder), killed
    ended = subprocess.run([*kept, "--resume"], check=True, stdout=subprocess.PIPE, text=True)
    shown = re.findall(r"^epoch +(\d+)/(\d+) ", ended.stdout, re.M)  # the last one is the last of all, whoever trained those before
    assert not shown or shown[-1][0] == shown[-1][1], ended.stdout
    assert figures(folder / "metrics.json") == whole, (whole, figures(folder / "metrics.json"))

    before = files(folder)
    subprocess.run([*kept, "--resume"], check=True, stdout=subprocess.DEVNULL)
    assert files(folder) == before, "a training that had ended was trained again"
    assert figures(folder / "metrics.json") == whole
    if "--seed" not in options and "seed" not in next(iter(before)):  # else another seed has a file of its own
        ended = subprocess.run([*kept, "--resume", "--seed", "7"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert ended.returncode == 1 and "was begun with --seed" in ended.stderr, ended
        assert files(folder) == before
    print(f"killed {sum(killed)} times, {len(before)} trainings, the same figures")
