#!/usr/bin/env python3
"""Steps of the GAN exercise in Strata and in PyTorch, in turn, one thread each.

usage: gan_steps.py PATH_OF_STRATA_BENCHMARK [rounds]

The Strata side is the program bench/epochs/gan. Prints a table of medians and the ratio; exits with 77 (skipped)
where PyTorch is missing.
"""

import sys
import time

import peer

torch = peer.import_torch()
STEPS, FEATURES = 100, 561


def dense(*sizes, last=torch.nn.Tanh):
    layers = []
    for before, after in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(before, after), torch.nn.Tanh()]
    layers[-1] = last()
    return torch.nn.Sequential(*layers)


def torch_side():
    generator = dense(256, 256, 256, FEATURES)
    discriminator = dense(FEATURES, 32, 1, last=torch.nn.Sigmoid)
    of_generator = torch.optim.Adam(generator.parameters(), lr=0.001)
    of_discriminator = torch.optim.Adam(discriminator.parameters(), lr=0.0001)
    bce = torch.nn.BCELoss()
    ones, zeros, few = torch.ones(32, 1), torch.zeros(16, 1), torch.ones(16, 1)
    real = 2 * torch.rand(16, FEATURES) - 1

    def steps():
        start = time.perf_counter()
        for _ in range(STEPS):
            of_discriminator.zero_grad()
            with torch.no_grad():
                fake = generator(torch.randn(16, 256))
            (bce(discriminator(real), few) + bce(discriminator(fake), zeros)).backward()
            of_discriminator.step()
            of_generator.zero_grad()
            # The critic's weights are constants here, so that PyTorch need not compute their gradients either.
            for parameter in discriminator.parameters():
                parameter.requires_grad_(False)
            bce(discriminator(generator(torch.randn(32, 256))), ones).backward()
            for parameter in discriminator.parameters():
                parameter.requires_grad_(True)
            of_generator.step()
        return (time.perf_counter() - start) / STEPS

    return steps


if __name__ == "__main__":
    sys.exit(peer.compare("one step of the GAN", "^gan_steps$", torch_side()))
