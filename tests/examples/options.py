#!/usr/bin/env python3
"""The options of the example programs: numbers that are none, or out of range, are refused with the option's name
and its range before anything is computed, whatever the program and the option. options.py PROGRAM..."""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

LINE = re.compile(r"^ +(?:-\w,)?(--[a-z-]+)(?: (UINT|FLOAT|PATH|DIR|[a-z|]+))?(?: in \[(\S+) - ([^\]\s]+)\])?(?:[= ]|$)")
MOST_SEED = 2**64 - 1
draw = random.Random(19)


def run(program, *arguments):
    environment = {name: value for name, value in os.environ.items() if name != "STRATA_DATA"}
    return subprocess.run(
        [program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=300
    )


def options_of(program):
    lines = run(program, "--help").stdout.splitlines()
    found = [match.groups() for match in map(LINE.match, lines) if match]
    assert len(found) > 4, lines
    return [option for option in found if option[0] != "--help"]


def bad_wholes(least, most):
    size = draw.randint(1, 10**6)
    values = ["", " ", "-1", f"-{size}", f"+{least + 1}", f" {least + 1}", f"{least + 1} ", "1.5", "1e2", "0x10", "nan"]
    values += ["inf", "ten", "1,000", "1_000", f"{least + 1}x", "-0", "--", "1 2", "\t1", "½", "１"]
    values += [str(2**64), str(2**64 + size), str(2**65 + 1), "9" * draw.randint(21, 60), str(most + 1)]
    if most < MOST_SEED:
        values += [str(most + size), str(2**32 + most + size), str(2**63 + size)]
    if least > 0:
        values += ["0", "00", str(draw.randint(0, least - 1))]
    return values


def bad_reals(least, most):
    values = ["", " ", "-1", "-.5", f"-{draw.random()}", "+1", " 1", "1 ", "0x1p-3", "0x1", "inf", "-inf", "nan", "NaN"]
    values += ["infinity", "1e999", "-1e-3", "1,5", "1..2", ".", "e5", "1e", "1f", "one", f"{most * 1.01}", f"{most}1"]
    if least > 0:
        values += ["0", "0.0", "1e-99", "1e-999", f"{least / 2}"]
    return values


def check_refusal(program, name, arguments, *words):
    ended = run(program, *arguments)
    shown = (program, arguments, ended)
    assert ended.returncode > 0, shown
    assert ended.stdout == "", shown
    assert name in ended.stderr, shown
    for word in words:
        assert str(word) in ended.stderr, (word, shown)
    assert list(pathlib.Path(".").iterdir()) == [], shown


def check_numbers(program):
    checked = 0
    for name, kind, least, most in options_of(program):
        if kind == "UINT":
            least, most = (int(least), int(most)) if least else (0, None)
            # A seed's range may be cut short by what is made of it.
            values = bad_wholes(least, most if most is not None else MOST_SEED)
        elif kind == "FLOAT":
            values = bad_reals(float(least), float(most))
        elif kind in ("PATH", "DIR"):
            check_refusal(program, name, [name, ""], "expected a path")
            check_refusal(program, name, [f"{name}="])
            if kind == "DIR":
                check_refusal(program, name, [name, "/nowhere/at/all"], "expected a folder that exists")
            checked += 1
            continue
        elif kind and "|" in kind:
            for value in ["", "none", kind, kind.split("|")[0] + "x", kind.split("|")[0].upper()]:
                check_refusal(program, name, [name, value], kind)
            checked += 1
            continue
        else:
            continue
        for value in values:
            expected = [" to "] if most is None else [f"from {least}" if kind == "UINT" else "from", most]
            # Behind a first value "--" ends the options, and is none.
            if name == "--labels" and value not in ("", "--") and draw.random() < 0.5:
                check_refusal(program, name, [name, "3", value], *expected)
            check_refusal(program, name, [name, value], *expected)
        check_refusal(program, name, [name])
        if name != "--labels":
            check_refusal(program, name, [name, str(least + 1) if kind == "UINT" else "1", name, str(most)])
        checked += 1
    assert checked >= 4, (program, checked)


def check_seeds(program):
    """The last seed of several is a seed, too."""
    if not any(name == "--seeds" for name, *_ in options_of(program)):
        return
    refusal = run(program, "--seed", "x").stderr
    most = int(re.search(r"from 0 to (\d+)", refusal).group(1))
    for seeds in (2, 3, draw.randint(4, 1000)):
        for first in (most, most - seeds + 2):
            check_refusal(program, "--seed", ["--seed", str(first), "--seeds", str(seeds)], most - seeds + 1, seeds)
            check_refusal(program, "--seed", ["--seeds", str(seeds), "--seed", str(first)], most - seeds + 1, seeds)


def check_checkpoint(program):
    """A folder is none, and is not removed; and there is nothing to go on from without one."""
    if any(name == "--checkpoint" for name, *_ in options_of(program)):
        folder = pathlib.Path("..") / "empty"
        folder.mkdir(exist_ok=True)
        pipe = pathlib.Path("..") / "pipe"  # in place of a device, which a test of root's must not put at risk
        if not pipe.exists():
            os.mkfifo(pipe)
        for path in (folder, f"{folder}/", "new/", pipe):
            check_refusal(program, "--checkpoint", ["--checkpoint", path], "the path of a file, not of a folder or a device")
        assert folder.is_dir() and pipe.is_fifo()
        check_refusal(program, "--resume", ["--resume"], "--checkpoint")


def check_refused_by_data(program, name, arguments, most):
    """More than the data has: said with what it has, before training."""
    ended = run(program, *arguments)
    assert ended.returncode > 0 and name in ended.stderr and f" to {most}" in ended.stderr, (arguments, ended)
    assert "epoch" not in ended.stdout, ended
    assert list(pathlib.Path(".").iterdir()) == [], ended


programs = {pathlib.Path(program).name: os.path.abspath(program) for program in sys.argv[1:]}
with tempfile.TemporaryDirectory() as folder:
    here = pathlib.Path(folder) / "here"
    here.mkdir()
    os.chdir(here)
    for program in programs.values():
        check_numbers(program)
        check_seeds(program)
        check_refusal(program, "--nothing", ["--nothing", "3"])
        check_refusal(program, "3", ["3"])
        check_checkpoint(program)
    beyond = [
        ("interpolation", "--from", ["--from", "1000"], 999),
        ("interpolation", "--to", ["--to", str(draw.randint(1000, 10**6))], 999),
        ("fine_tuning", "--images", ["--images", "60000"], 3000),
        ("fine_tuning", "--images", ["--images", "3001"], 3000),
        ("fine_tuning", "--labels", ["--labels", "1000"], 261),
        ("fine_tuning", "--labels", ["--labels", "3", "262"], 261),
        ("autoencoder_family", "--rows", ["--rows", str(draw.randint(3001, 100000))], 3000),
        ("autoencoder_family", "--svm-rows", ["--svm-rows", "3001"], 3000),
        ("autoencoder_family", "--svm-rows", ["--svm-rows", "201", "--rows", "200"], 200),
    ]
    for name, option, arguments, most in beyond:
        if name in programs:
            check_refused_by_data(programs[name], option, arguments, most)
    # A leading zero is nothing but that.
    if "interpolation" in programs:
        ended = run(programs["interpolation"], "--seed", "010", "--epochs", "01", "--recipe", "exercise", "--out", "o")
        assert ended.returncode == 0, ended
        metrics = json.loads(pathlib.Path("o/metrics.json").read_text())
        assert metrics["seed"] == 10 and metrics["epochs"] == 1, metrics
