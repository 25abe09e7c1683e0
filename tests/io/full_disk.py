#!/usr/bin/env python3
"""A training on a disk that is full: full_disk.py PROGRAM, which is killed.cpp's.

The disk is a small tmpfs in a mount namespace of the test's own, which ends with it. The checkpoint that was there stays as it
is, the error says why, nothing lies beside it, and once there is room the training goes on to the bits of one that had room all
along. Ends with 77 (skipped) where nothing may be mounted.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SIZE = 512 * 1024


def may_mount(folder):
    """How to run a program where a tmpfs may be mounted; none, and the reason, where that is not allowed."""
    unshare, reason = shutil.which("unshare"), "there is no unshare"
    for options in (["-m"], ["-r", "-m"]) if unshare else ():  # as root, or as root of a user namespace
        command = [unshare, *options]
        ran = subprocess.run([*command, "mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True, text=True)
        if ran.returncode == 0:
            return command, ""
        reason = " ".join(ran.stderr.split())
    return None, reason


def fill(path):
    """Takes the room that is left, down to the last page."""
    with open(path, "wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                pass


def stop_in_the_middle(program, checkpoint, weights, after):
    """Kills a training that has written so many checkpoints."""
    for _ in range(100):
        process = subprocess.Popen([program, checkpoint, weights])
        seen = set()
        while len(seen) < after and process.poll() is None:
            if checkpoint.exists():
                seen.add(checkpoint.stat().st_mtime_ns)
            time.sleep(0.0005)
        process.kill()
        if process.wait() != 0:
            return
        checkpoint.unlink()  # it was faster
        weights.unlink()
    sys.exit("the training was always faster than this test")


def inside(program, disk, wanted):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", disk], check=True)
    checkpoint, weights, filler = disk / "ckpt", disk.parent / "weights", disk / "filler"
    for after in range(1, 6):
        stop_in_the_middle(program, checkpoint, weights, after)
        for left in disk.glob("*.partial"):
            left.unlink()
        before = checkpoint.read_bytes()
        fill(filler)
        ran = subprocess.run([program, checkpoint, weights], capture_output=True, text=True)
        assert ran.returncode == 1, ran
        assert ran.stderr == f"strata: {checkpoint}: cannot be written: No space left on device\n", ran.stderr
        assert checkpoint.read_bytes() == before
        assert sorted(os.listdir(disk)) == ["ckpt", "filler"] and not weights.exists(), os.listdir(disk)
        filler.unlink()
        subprocess.run([program, checkpoint, weights], check=True)
        assert weights.read_bytes() == wanted.read_bytes(), "the weights are others"
        checkpoint.unlink()
        weights.unlink()
    print("on a full disk the checkpoint stayed as it was, five times, and the training went on when there was room")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    if len(sys.argv) > 2:
        return inside(program, *map(pathlib.Path, sys.argv[2:]))
    with tempfile.TemporaryDirectory() as folder:
        disk = pathlib.Path(folder) / "disk"
        disk.mkdir()
        command, reason = may_mount(disk)
        if command is None:
            print(f"skipped: no tmpfs may be mounted here: {reason}")
            return 77
        wanted = pathlib.Path(folder) / "wanted"
        subprocess.run([program, pathlib.Path(folder) / "whole.ckpt", wanted], check=True)
        ran = subprocess.run([*command, sys.executable, "-B", __file__, program, disk, wanted])
        assert not os.listdir(disk), "the mount is seen outside"
        return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
