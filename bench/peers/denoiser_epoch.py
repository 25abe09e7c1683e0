#!/usr/bin/env python3
"""One epoch of the denoising autoencoder in Strata and in PyTorch, in turn, one thread each.

usage: denoiser_epoch.py PATH_OF_STRATA_BENCHMARK [rounds]

The Strata side is the program bench/epochs/denoiser. Prints a table of medians and the ratio; exits with 77
(skipped) where PyTorch is missing.
"""

import json
import statistics
import subprocess
import sys
import time

try:
    import torch
except ImportError:
    print("skipped: python3-torch is not installed")
    sys.exit(77)

IMAGES, BATCH = 3000, 32


class Denoiser(torch.nn.Module):
    def __init__(self):
        super().__init__()
        n = torch.nn
        self.encoder = n.Sequential(
            n.ZeroPad2d((0, 1, 0, 1)), n.Conv2d(1, 32, 3, stride=2), n.ReLU(),
            n.Conv2d(32, 32, 3, stride=2), n.ReLU(), n.MaxPool2d(2), n.Flatten(),
            n.Linear(288, 32), n.ReLU())
        self.decoder = n.Sequential(
            n.Linear(32, 288), n.ReLU(), n.Unflatten(1, (32, 3, 3)), n.Upsample(scale_factor=2),
            n.ConvTranspose2d(32, 32, 3, stride=2, output_padding=1), n.ReLU(),
            n.ConvTranspose2d(32, 1, 3, stride=2), n.ReLU())

    def forward(self, x):
        return self.decoder(self.encoder(x))[:, :, :28, :28]


def torch_epoch(net, optimizer, noisy, clean):
    order = torch.randperm(IMAGES)
    start = time.perf_counter()
    for first in range(0, IMAGES, BATCH):
        rows = order[first:first + BATCH]
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(noisy[rows]), clean[rows]).backward()
        optimizer.step()
    return time.perf_counter() - start


def strata_epoch(program):
    command = [program, "--benchmark_filter=^epoch$", "--benchmark_format=json", "--benchmark_min_time=0.5"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return report["benchmarks"][0]["real_time"] / 1000


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    torch.set_num_threads(1)
    torch.manual_seed(2)
    clean = torch.rand(IMAGES, 1, 28, 28)
    noisy = clean + 0.3 * torch.rand_like(clean)
    net = Denoiser()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.95)
    torch_epoch(net, optimizer, noisy, clean)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(strata_epoch(sys.argv[1]))
        theirs.append(torch_epoch(net, optimizer, noisy, clean))
    ratio = statistics.median(t / o for o, t in zip(ours, theirs))
    print(f"one epoch of {IMAGES} images, batch {BATCH}, one thread, median of {rounds}")
    print(f"  Strata               {statistics.median(ours):.3f} s")
    print(f"  PyTorch {torch.__version__:12} {statistics.median(theirs):.3f} s")
    print(f"  Strata is {ratio:.2f} times as fast")


if __name__ == "__main__":
    main()
