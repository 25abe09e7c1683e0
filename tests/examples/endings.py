#!/usr/bin/env python3
"""How the example programs end when they are not left alone: signals at random moments, pipes that close, disks
without room, places that cannot be written. endings.py PROGRAM..."""

import json
import os
import pathlib
import pty
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

draw = random.Random(21)
programs = {pathlib.Path(program).name: os.path.abspath(program) for program in sys.argv[1:]}
environment = {name: value for name, value in os.environ.items() if name != "STRATA_DATA"}

# Settings that would take hours, the figures' file given where it is not written by itself, and a picture.
LONG = {
    "activity_codes": (["--seeds", "1000", "--json", "out/metrics.json"], None),
    "activity_gan": (["--steps", "1000000", "--json", "out/metrics.json"], "losses.svg"),
    "autoencoder_family": (["--epochs", "100000", "--linear-epochs", "100000", "--svm-rows", "100"], "filtered.png"),
    "conditional_digits": (["--epochs", "100000"], "digits.png"),
    "fine_tuning": (["--steps", "1000000", "--pretraining-epochs", "1", "--images", "200", "--labels", "3"], "accuracy.svg"),
    "gan_remedies": (["--steps", "1000000"], "failing.svg"),
    "interpolation": (["--epochs", "100000"], "interpolation.png"),
    "unet_denoiser": (["--epochs", "100000"], "digits.png"),
    "vae_against_gan": (["--epochs", "100000", "--seeds", "2"], "samples.png"),
    "variational": (["--epochs", "100000"], "grid.png"),
}
CHARTS = ("activity_gan", "conditional_digits", "fine_tuning", "gan_remedies", "interpolation", "unet_denoiser", "variational")


def command(name, *arguments):
    out = [] if name == "activity_codes" else ["--out", "out"]
    return [programs[name], *out, *arguments]


def start(arguments, path=None, **how):
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    variables = {**environment, "PATH": str(path)} if path else environment
    return subprocess.Popen(arguments, stdin=subprocess.DEVNULL, env=variables, **how)


def files():
    return sorted(path.name for path in pathlib.Path("out").glob("*")) if pathlib.Path("out").is_dir() else []


def check_signal(name, number, wait):
    arguments, picture = LONG[name]
    pathlib.Path("out").mkdir(exist_ok=True)
    running = start(command(name, *arguments))
    # What is said before the training comes when its files are tried.
    assert running.stdout.readline(), running.stderr.read()
    time.sleep(wait)
    running.send_signal(number)
    said, complaint = running.communicate(timeout=500)
    shown = (name, number, wait, said[-300:], complaint)
    assert running.returncode == 128 + number, (running.returncode, shown)
    assert not any("partial" in file for file in files()), (files(), shown)
    assert said.endswith(b"\n") and b"interrupted" in complaint, shown
    metrics = json.loads(pathlib.Path("out/metrics.json").read_text())
    assert metrics["interrupted"] is True, shown
    assert picture is None or picture in files(), (files(), shown)


def check_terminal():
    """On a terminal what comes after the open line of progress begins on a line of its own."""
    ours, theirs = pty.openpty()
    running = start(command("interpolation", "--epochs", "100000"), stdout=theirs, start_new_session=True)
    os.close(theirs)
    said = b""
    while b"epoch 1/" not in said.replace(b" ", b"").replace(b"epoch", b"epoch "):
        said += os.read(ours, 4096)
    running.send_signal(signal.SIGINT)
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:
        pass
    assert running.wait(timeout=500) == 130, said
    last = said.replace(b"\r\n", b"\n").split(b"\n")
    progress = [line for line in last if b"\repoch" in line]
    assert len(progress) == 1 and b"test mse" not in progress[0], last[-5:]
    assert said.endswith(b"\n"), said[-200:]


def check_second_signal():
    """The second one does not wait for the results."""
    pathlib.Path("out").mkdir()
    running = start(command("activity_codes", *LONG["activity_codes"][0]))
    assert running.stdout.readline(), running.stderr.read()
    for _ in range(2):
        running.send_signal(signal.SIGINT)
        time.sleep(0.05)
    running.communicate(timeout=500)
    assert running.returncode == 130, running.returncode


def check_refused(name, arguments, reason, **how):
    """Refused before the training, with the reason and no trace of progress."""
    running = start([programs[name], *arguments], **how)
    said, complaint = running.communicate(timeout=500)
    shown = (name, arguments, said, complaint)
    assert running.returncode == 1 and reason in complaint.decode(), shown
    assert said is None or (b"epoch" not in said and b"accuracy" not in said), shown


def check_places(name):
    long = [word for word in LONG[name][0] if word not in ("--json", "out/metrics.json")]
    pathlib.Path("file").write_text("kept")
    check_refused(name, [*long, "--json", "missing/metrics.json"], "missing/metrics.json: cannot be written: No such")
    check_refused(name, [*long, "--json", "file/metrics.json"], "file/metrics.json: cannot be written: Not a dir")
    check_refused(name, [*long, "--json", "."], ".: cannot be written: it is a folder")
    check_refused(name, [*long, "--json", "/dev/full"], "/dev/full: cannot be written: No space left")
    check_refused(name, [*long, "--json", "/proc/metrics.json"], "/proc/metrics.json: cannot be written")
    out = "--dump" if name == "activity_codes" else "--out"
    check_refused(name, [*long, out, "file"], "file: is not a folder")
    check_refused(name, [*long, out, "file/below"], "file/below: the folder cannot be made: Not a directory")
    check_refused(name, [*long, out, "/proc/strata"], "/proc/strata: the folder cannot be made")
    check_refused(name, [*long, out, "/proc"], "/proc/")
    if name != "activity_codes":
        check_refused(name, [*long, out, "out", "--checkpoint", "missing/kept"], "missing/kept: cannot be written: No such")
    if LONG[name][1]:
        (pathlib.Path("taken") / LONG[name][1]).mkdir(parents=True)
        check_refused(name, [*long, out, "taken"], f"taken/{LONG[name][1]}: cannot be written: it is a folder")
    with open("/dev/full", "wb") as full:
        check_refused(name, [*long, out, "out"], "standard output: cannot be written: No space", stdout=full)
    no_room = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    check_refused(name, [*long, out, "out"], "cannot be written: File too large", preexec_fn=no_room)
    assert pathlib.Path("file").read_text() == "kept"
    assert not list(pathlib.Path(".").rglob("*.partial"))


def check_gnuplot(name):
    """Without gnuplot, or with one that fails, what draws charts ends before the training."""
    folder = pathlib.Path("bin").absolute()
    folder.mkdir()
    arguments = [*LONG[name][0], "--out", "out"]
    check_refused(name, arguments, "in Debian gnuplot-nox), cannot be started: No such file", path=folder)
    (folder / "gnuplot").write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    (folder / "gnuplot").chmod(0o755)
    check_refused(name, arguments, "in Debian gnuplot-nox), failed with exit code 1: broken", path=folder)
    assert files() == [], files()


def check_late_gnuplot():
    """A gnuplot that fails after the training costs its chart alone."""
    real = shutil.which("gnuplot")
    folder = pathlib.Path("bin").absolute()
    folder.mkdir()
    script = f"#!/bin/sh\n[ ! -e {folder}/once ] || exit 7\n: > {folder}/once\nexec {real} \"$@\"\n"
    (folder / "gnuplot").write_text(script)
    (folder / "gnuplot").chmod(0o755)
    arguments = command("interpolation", "--epochs", "1", "--recipe", "exercise")
    running = start(arguments, path=f"{folder}:{environment['PATH']}")
    _, complaint = running.communicate(timeout=500)
    assert running.returncode == 1 and b"out/loss.svg: cannot be written: gnuplot" in complaint, complaint
    assert files() == ["interpolation.png", "metrics.json", "reconstruction.png"], files()


def check_closed_pipe():
    """Nobody reads on: the results are still written, and the exit code says that something was lost."""
    running = start(command("interpolation", "--epochs", "2"))
    running.stdout.readline()
    running.stdout.close()
    complaint = running.stderr.read()
    assert running.wait(timeout=500) == 1 and b"standard output" in complaint, complaint
    metrics = json.loads(pathlib.Path("out/metrics.json").read_text())
    assert len(metrics["epoch_loss"]) == len(metrics["adam"]["epoch_loss"]) == 2 and "interrupted" not in metrics
    assert "interpolation.png" in files(), files()


def check_size_limit():
    """A file beyond the limit is reported and leaves nothing; the smaller ones are written."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))
    running = start(command("interpolation", "--epochs", "1", "--recipe", "exercise"), preexec_fn=limit)
    _, complaint = running.communicate(timeout=500)
    assert running.returncode == 1 and b"interpolation.png: cannot be written: File too large" in complaint, complaint
    assert "metrics.json" in files() and not any("partial" in file for file in files()), files()


def check_checkpoint_without_room():
    """A checkpoint that finds no room once the training goes on costs nothing but itself, and is reported."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
    arguments = command("interpolation", "--epochs", "2", "--recipe", "exercise", "--checkpoint", "kept")
    running = start(arguments, preexec_fn=limit)
    _, complaint = running.communicate(timeout=500)
    assert running.returncode == 1 and complaint.count(b"kept: cannot be written: File too large") == 2, complaint
    assert len(json.loads(pathlib.Path("out/metrics.json").read_text())["epoch_loss"]) == 2
    assert files() == ["interpolation.png", "loss.svg", "metrics.json", "reconstruction.png"], files()
    assert not list(pathlib.Path(".").glob("kept*"))


for name in programs:
    for number in (signal.SIGINT, signal.SIGTERM):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            check_signal(name, number, draw.uniform(0, 1.5))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        check_places(name)
    if name in CHARTS:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            check_gnuplot(name)
checks = {
    "interpolation": [check_terminal, check_closed_pipe, check_size_limit, check_late_gnuplot, check_checkpoint_without_room],
    "activity_codes": [check_second_signal],
}
for name, of_program in checks.items():
    for check in of_program if name in programs else []:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            check()
