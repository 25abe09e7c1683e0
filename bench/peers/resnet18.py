#!/usr/bin/env python3
"""ResNet-18 from PyTorch through ONNX into Strata, and the time that one image of 224 x 224 takes in both, on one thread.

usage: resnet18.py [--rounds N] INCLUDE_FOLDER COMPILER [FLAGS...]      (say -O3 -march=native)

The model has weights as PyTorch draws them; it is written by torch.onnx.export, read by examples/exchange/from_onnx.py, and
compiled. PyTorch runs it as it is, and frozen and optimized for inference by TorchScript. Needs python3-torch and python3-onnx;
ends with 77 without them.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

# As compare.py does: one thread, and memory that is freed stays with the process.
ALONE = {"OMP_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**30)}
if any(os.environ.get(name) != value for name, value in ALONE.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ALONE)

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "io"))
import read_onnx  # noqa: E402  (ends with 77 where there is no PyTorch)
import torch  # noqa: E402

REPETITIONS = 15


def least(model, x):
    """The least time of several, in ms."""
    best = float("inf")
    with torch.no_grad():
        for _ in range(REPETITIONS):
            begin = time.perf_counter()
            model(x)
            best = min(best, 1e3 * (time.perf_counter() - begin))
    return best


def main():
    arguments, rounds = sys.argv[1:], 5
    if arguments[:1] == ["--rounds"]:
        rounds, arguments = int(arguments[1]), arguments[2:]
    if len(arguments) < 2:
        sys.exit(__doc__.strip())
    include, *compiler = arguments
    torch.manual_seed(5)
    torch.set_num_threads(1)
    model = read_onnx.prepare(read_onnx.resnet18())
    x = 2 * torch.rand(2, 3, 224, 224) - 1
    with torch.no_grad():
        expected = model(x).numpy()
        frozen = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, x[:1])))
    with tempfile.TemporaryDirectory() as folder:
        data = read_onnx.export(model, [x])
        read_onnx.translate(folder, "resnet18", data)
        read_onnx.put_inputs(folder, "resnet18", {"input 0": read_onnx.channels_last(x.numpy())})
        begin = time.time()
        program = read_onnx.build(folder, include, compiler, ["resnet18"])
        print(f"compiled in {time.time() - begin:.1f} s: {' '.join(compiler)}")
        times = {"Strata": [], "PyTorch": [], "PyTorch, frozen": []}
        for _ in range(rounds):
            ran = subprocess.run([program, folder, str(REPETITIONS)], check=True, capture_output=True, text=True)
            times["Strata"].append(float(ran.stdout))
            times["PyTorch"].append(least(model, x[:1]))
            times["PyTorch, frozen"].append(least(frozen, x[:1]))
        worst = abs(read_onnx.outputs_of(folder, "resnet18")[0] - expected).max()
    for name, found in times.items():
        print(f"{name + ':':<18}{statistics.median(found):6.1f} ms an image ({min(found):.1f} to {max(found):.1f})")
    print(f"largest difference of the outputs {worst:.1e}, largest output {abs(expected).max():.2f}")
    assert worst < 1e-4


if __name__ == "__main__":
    main()
