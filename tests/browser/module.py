#!/usr/bin/env python3
"""The module of examples/browser under Node.js, and beside the same program compiled natively: module.py SITE DATA NATIVE.

Ends with 77 (skipped) where the page was not built, for want of a tool chain, or there is no Node.js."""

import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
HERE = pathlib.Path(__file__).resolve().parent


def run(*command):
    """The numbers that a program prints."""
    result = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"{command[0]} ended with {result.returncode}")
    return [[float(word) for word in line.split()] for line in result.stdout.splitlines()]


def main(site, data, native):
    site, data = pathlib.Path(site), pathlib.Path(data)
    node = shutil.which("node") or shutil.which("nodejs")
    if not (site / "strata.wasm").exists() or node is None:
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        images = []
        for file in ("train-images-3000-idx3-ubyte", "t10k-images-1000-idx3-ubyte"):
            images.append(folder / file)
            images[-1].write_bytes(gzip.decompress((data / f"{file}.gz").read_bytes()))
        # Node.js asks for this beside modules; browsers do not.
        copy = folder / "site"
        shutil.copytree(site, copy)
        (copy / "package.json").write_text('{"type": "module"}')
        here = run(native, *images, folder)
        there = run(node, HERE / "module.mjs", copy, *images, folder)
        for ours, theirs in zip(here, there, strict=True):
            print("network {:.0f}, epoch {:.0f}: loss {:.9g}, on test digits {:.9g}; {:.3f} s natively".format(*ours),
                  f"and {theirs[4]:.3f} s in WebAssembly")
        for network in range(2):
            files = [(folder / f"{side}-{network}.safetensors").read_bytes() for side in ("native", "wasm")]
            assert json.loads(files[0][8:8 + int.from_bytes(files[0][:8], "little")]), "no header"
            assert files[0] == files[1], f"network {network}: other weights in WebAssembly than natively"
        assert [row[:4] for row in here] == [row[:4] for row in there], "other losses in WebAssembly than natively"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
