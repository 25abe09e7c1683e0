#!/usr/bin/env python3
"""One epoch of the denoising autoencoder in Strata and in PyTorch, in turn, one thread each.

usage: denoiser_epoch.py PATH_OF_STRATA_BENCHMARK [rounds]

The Strata side is the program bench/epochs/denoiser. Prints a table of medians and the ratio; exits with 77
(skipped) where PyTorch is missing.
"""

import sys
import time

import peer

torch = peer.import_torch()
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


def torch_side():
    clean = torch.rand(IMAGES, 1, 28, 28)
    noisy = clean + 0.3 * torch.rand_like(clean)
    net = Denoiser()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.95)
    return lambda: torch_epoch(net, optimizer, noisy, clean)


if __name__ == "__main__":
    sys.exit(peer.compare(f"one epoch of {IMAGES} images in batches of {BATCH}", "^epoch$", torch_side()))
