#!/usr/bin/env python3
"""A training that is killed at random moments and started again ends with the bits of one that was left alone: killed.py
PROGRAM [TIMES]
"""

import pathlib
import random
import subprocess
import sys
import tempfile
import time


def main():
    program, times = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 50
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        start = time.monotonic()
        subprocess.run([program, here / "whole.ckpt", here / "whole"], check=True)
        length = time.monotonic() - start
        wanted = (here / "whole").read_bytes()
        killed = finished = 0
        while killed < times:
            process = subprocess.Popen([program, here / "ckpt", here / "weights"])
            time.sleep(length * chance.uniform(0, 0.7))
            process.kill()  # SIGKILL
            if process.wait() == 0:  # it was faster
                finished += 1
            else:
                killed += 1
                if chance.random() < 0.6:
                    continue  # once more, from where it was
                subprocess.run([program, here / "ckpt", here / "weights"], check=True)
            if (here / "weights").read_bytes() != wanted:
                print(f"after {killed} kills the weights are others")
                return 1
            for file in here.glob("ckpt*"):
                file.unlink()
            (here / "weights").unlink()
        subprocess.run([program, here / "ckpt", here / "weights"], check=True)
        if (here / "weights").read_bytes() != wanted:
            print("after the last kill the weights are others")
            return 1
        print(f"{killed} times killed, {finished} times too late, the same bits each time")
    return 0


sys.exit(main())
