#!/usr/bin/env python3
"""PyTorch on one thread: the denoiser and its convolutions, the GAN, the encoder, tiny networks, the growth of dense networks. Prints
JSON as Google Benchmark does, under the names that Strata's benchmarks have.

usage: pytorch.py [REGULAR EXPRESSION OF NAMES]
"""

import itertools
import json
import re
import sys
import time

try:
    import torch
except ImportError:
    print("skipped: python3-torch is not installed", file=sys.stderr)
    sys.exit(77)

torch.set_num_threads(1)
torch.manual_seed(2)
nn, functional = torch.nn, torch.nn.functional
ROWS, FEATURES = 32, 561


def dense(*sizes, last=nn.Tanh):
    layers = []
    for before, after in itertools.pairwise(sizes):
        layers += [nn.Linear(before, after), nn.Tanh()]
    layers[-1] = last()
    return nn.Sequential(*layers)


def inference(net, x):
    def run():
        with torch.no_grad():
            net(x)
    return run


def training(net, optimizer, x, y):
    def run():
        optimizer.zero_grad()
        functional.mse_loss(net(x), y).backward()
        optimizer.step()
    return run


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(1, 32, 3, stride=2), nn.ReLU(),
            nn.Conv2d(32, 32, 3, stride=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(288, 32), nn.ReLU())
        self.decoder = nn.Sequential(
            nn.Linear(32, 288), nn.ReLU(), nn.Unflatten(1, (32, 3, 3)), nn.Upsample(scale_factor=2),
            nn.ConvTranspose2d(32, 32, 3, stride=2, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 3, stride=2), nn.ReLU())

    def forward(self, x):
        return self.decoder(self.encoder(x))[:, :, :28, :28]


def epoch():
    images = 3000
    clean = torch.rand(images, 1, 28, 28)
    noisy = clean + 0.3 * torch.rand_like(clean)
    net = Denoiser()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.95)

    def run():
        order = torch.randperm(images)
        for first in range(0, images, ROWS):
            rows = order[first:first + ROWS]
            training(net, optimizer, noisy[rows], clean[rows])()
    return run


def gan():
    generator = dense(256, 256, 256, FEATURES)
    discriminator = dense(FEATURES, 32, 1, last=nn.Sigmoid)
    of_generator = torch.optim.Adam(generator.parameters(), lr=0.001)
    of_discriminator = torch.optim.Adam(discriminator.parameters(), lr=0.0001)
    bce = nn.BCELoss()
    ones, zeros, few = torch.ones(32, 1), torch.zeros(16, 1), torch.ones(16, 1)
    real = 2 * torch.rand(16, FEATURES) - 1

    def run():
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
    return run


def generator_step():
    net = dense(256, 256, 256, FEATURES)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    return training(net, optimizer, torch.randn(ROWS, 256), 2 * torch.rand(ROWS, FEATURES) - 1)


def encoder(rows, train=False):
    net = dense(FEATURES, 280, 140, 32)
    x = 2 * torch.rand(rows, FEATURES) - 1
    if not train:
        return inference(net, x)
    return training(net, torch.optim.SGD(net.parameters(), lr=0.0), x, torch.zeros(rows, 32))


def reinforce_action():
    net = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 2))
    observation = torch.tensor([0.1, -0.2, 0.3, 0.0])

    def run():
        with torch.no_grad():
            chances = torch.softmax(net(observation), 0)
            return torch.rand(()) < chances[1]
    return run


def reinforce_step(moves=32):
    net = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(net.parameters())
    observations, returns = 2 * torch.rand(moves, 4) - 1, 2 * torch.rand(moves) - 1
    actions = (torch.arange(moves) % 3 == 0).long()

    def run():
        optimizer.zero_grad()
        (functional.cross_entropy(net(observations), actions, reduction="none") * returns).mean().backward()
        optimizer.step()
    return run


def convolution(verb, x_shape, weight_shape, transposed, output_padding=0):
    """Stride 2 without padding; `same` pads beforehand or crops afterwards, which is not measured."""
    x, weight = torch.rand(x_shape), torch.rand(weight_shape)
    bias = torch.rand(weight_shape[1] if transposed else weight_shape[0])
    arguments = ([2, 2], [0, 0], [1, 1], transposed, [output_padding] * 2, 1)
    y = torch.convolution(x, weight, bias, *arguments)
    if verb == "forward":
        return inference(lambda v: torch.convolution(v, weight, bias, *arguments), x)
    mask = [verb == "input gradient", verb == "parameter gradient", verb == "parameter gradient"]
    gradient = torch.rand_like(y)
    return lambda: torch.ops.aten.convolution_backward(gradient, x, weight, [bias.numel()], *arguments, mask)


def plain_convolution(verb, rows, channels, side):
    """3 x 3, stride 1, padding 1, in the faster of PyTorch's two layouts by a first try."""
    arguments = ([1, 1], [1, 1], [1, 1], False, [0, 0], 1)

    def built(layout):
        x = torch.rand(rows, channels, side, side).to(memory_format=layout)
        weight = torch.rand(channels, channels, 3, 3).to(memory_format=layout)
        bias = torch.rand(channels)
        if verb == "forward":
            return inference(lambda v: torch.convolution(v, weight, bias, *arguments), x)
        mask = [verb == "input gradient", verb == "parameter gradient", verb == "parameter gradient"]
        gradient = torch.rand_like(x)
        return lambda: torch.ops.aten.convolution_backward(gradient, x, weight, [channels], *arguments, mask)
    return min((built(layout) for layout in (torch.contiguous_format, torch.channels_last)), key=seconds_of)


def growth(width, rows):
    net = dense(width, width, width)
    x = 2 * torch.rand(rows, width) - 1
    return training(net, torch.optim.SGD(net.parameters(), lr=0.0), x, torch.zeros(rows, width))


def normal_convolution(before, after, stride=1, size=3):
    return [nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after)]


class Residual(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        stride = 1 if before == after else 2
        self.body = nn.Sequential(*normal_convolution(before, after, stride), nn.ReLU(), *normal_convolution(after, after))
        self.skip = nn.Sequential(*normal_convolution(before, after, stride, 1)) if stride == 2 else nn.Identity()

    def forward(self, x):
        return functional.relu(self.body(x) + self.skip(x))


def resnet20():
    sizes = [16] * 4 + [32] * 3 + [64] * 3
    return nn.Sequential(*normal_convolution(3, 16), nn.ReLU(), *itertools.starmap(Residual, itertools.pairwise(sizes)),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fine, self.coarse, self.code = (nn.Conv2d(a, b, 3, padding=1) for a, b in ((1, 16), (16, 32), (32, 32)))
        self.up, self.out = nn.Conv2d(64, 32, 3, padding=1), nn.Conv2d(48, 16, 3, padding=1)
        self.last = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        relu, pool, double = functional.relu, functional.max_pool2d, nn.Upsample(scale_factor=2)
        fine = relu(self.fine(x))
        coarse = relu(self.coarse(pool(fine, 2)))
        code = relu(self.code(pool(coarse, 2)))
        up = relu(self.up(torch.cat((double(code), coarse), 1)))
        return self.last(relu(self.out(torch.cat((double(up), fine), 1))))


def graph(make, sample, rows, train=False):
    """The faster of PyTorch's two layouts of images, as it turned out in each work, by a first try."""
    def built(layout):
        net, x = make().to(memory_format=layout), torch.rand(rows, *sample).to(memory_format=layout)
        if not train:
            net.eval()
            return inference(net, x)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
        if make is UNet:
            return training(net, optimizer, x, torch.rand(rows, 1, 28, 28).to(memory_format=layout))
        classes = torch.arange(rows) % 10

        def run():
            optimizer.zero_grad()
            functional.cross_entropy(net(x), classes).backward()
            optimizer.step()
        return run
    return min((built(layout) for layout in (torch.contiguous_format, torch.channels_last)), key=seconds_of)


def works():
    for name, make, sample in (("ResNet-20", resnet20, (3, 32, 32)), ("U-Net", UNet, (1, 28, 28))):
        yield f"{name}, 1 image", lambda m=make, s=sample: graph(m, s, 1)
        yield f"{name}, 32 images", lambda m=make, s=sample: graph(m, s, 32)
        yield f"{name}, training step of 32", lambda m=make, s=sample: graph(m, s, 32, train=True)
    yield "epoch", epoch
    yield "gan_steps", gan
    yield "generator_step", generator_step
    yield "encoder, 1 sample", lambda: encoder(1)
    yield "encoder, 32 samples", lambda: encoder(32)
    yield "encoder, training step of 32", lambda: encoder(32, train=True)
    yield "one_sample_64_64_64", lambda: inference(dense(64, 64, 64), torch.rand(1, 64))
    yield "reinforce_action", reinforce_action
    yield "reinforce_step", reinforce_step
    for name, shapes in (
            ("1 conv2d 32, 3x3, stride 2x2, same", ((ROWS, 1, 29, 29), (32, 1, 3, 3), False)),
            ("3 conv2d 32, 3x3, stride 2x2", ((ROWS, 32, 14, 14), (32, 32, 3, 3), False)),
            ("14 conv2d_transpose 32, 3x3, stride 2x2, output padding 1x1",
             ((ROWS, 32, 6, 6), (32, 32, 3, 3), True, 1)),
            ("16 conv2d_transpose 1, 3x3, stride 2x2, same", ((ROWS, 32, 14, 14), (32, 1, 3, 3), True))):
        for verb in ("forward", "input gradient", "parameter gradient"):
            yield f"{name}: {verb}", lambda verb=verb, shapes=shapes: convolution(verb, *shapes)
    for rows in (8, 1):
        for side, channels in ((56, 64), (28, 128), (32, 16), (16, 32), (8, 64), (14, 256), (7, 512)):
            for verb in ("forward", "input gradient", "parameter gradient"):
                yield (f"{side}x{side}x{channels}, {rows}, 1 conv2d {channels}, 3x3, same: {verb}",
                       lambda verb=verb, sizes=(rows, channels, side): plain_convolution(verb, *sizes))
    for width in (64, 128, 256, 512, 1024, 2048):
        yield f"growth, width {width}, batch 32", lambda width=width: growth(width, 32)
    for rows in (1, 8, 128, 512):
        yield f"growth, width 256, batch {rows}", lambda rows=rows: growth(256, rows)


def seconds_of(run, least=0.2):
    run()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < least:
        run()
        count += 1
    return (time.perf_counter() - start) / count


def main(pattern=""):
    results = [{"name": name, "real_time": 1e9 * seconds_of(make()), "time_unit": "ns"}
               for name, make in works() if re.search(pattern, name)]
    json.dump({"context": {"library_version": torch.__version__}, "benchmarks": results}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
