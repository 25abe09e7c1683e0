"""Models of PyTorch as safetensors files, with inputs and what PyTorch makes of them: for load(path, net, pytorch).

    /usr/bin/python3 tests/golden/exchange.py            writes exchange.safetensors
    /usr/bin/python3 tests/golden/exchange.py --check    compares with it
"""

import pathlib
import sys

import golden  # ends with 77 where there is no PyTorch
import numpy
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "examples" / "exchange"))
import safetensors_file  # noqa: E402


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.norm, self.fc2 = nn.Linear(9, 7), nn.LayerNorm(7), nn.Linear(7, 3)

    def forward(self, x):
        return self.fc2(torch.tanh(self.norm(self.fc1(x))))


def models():
    yield "activations", (9,), nn.Sequential(
        nn.Linear(9, 12), nn.Tanh(), nn.Linear(12, 8), nn.LayerNorm(8), nn.PReLU(8), nn.Linear(8, 8), nn.ELU(),
        nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 8), nn.SiLU(), nn.Linear(8, 8), nn.Softplus(), nn.Linear(8, 8),
        nn.LeakyReLU(0.2), nn.Linear(8, 8), nn.Sigmoid(), nn.Linear(8, 4), nn.Softmax(-1))
    yield "images", (2, 11, 12), nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 8, 3, dilation=2, groups=2),
        nn.PReLU(8), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=8), nn.BatchNorm2d(8), nn.ReLU6(),
        nn.AvgPool2d(2, 1), nn.Flatten(), nn.BatchNorm1d(8), nn.Linear(8, 5))
    yield "flattened", (3, 4, 5), nn.Sequential(
        nn.Conv2d(3, 4, (1, 2)), nn.Flatten(), nn.BatchNorm1d(64), nn.Tanh(), nn.Dropout(), nn.Linear(64, 6), nn.ReLU(),
        nn.Linear(6, 2))
    yield "decoder", (4,), nn.Sequential(
        nn.Linear(4, 36), nn.BatchNorm1d(36), nn.ReLU(), nn.Unflatten(1, (4, 3, 3)), nn.ConvTranspose2d(4, 5, 3, 2), nn.Tanh(),
        nn.Upsample(scale_factor=2), nn.Conv2d(5, 2, 3, padding=1), nn.Hardtanh())
    yield "gaps", (9,), nn.Sequential(
        nn.Identity(), nn.Linear(9, 5), nn.Identity(), nn.ReLU(), nn.Dropout(), nn.Identity(), nn.Linear(5, 5), nn.Tanh(),
        nn.Identity(), nn.Linear(5, 2))
    yield "named", (9,), Named()
    yield "groups", (2, 7, 6), nn.Sequential(
        nn.Conv2d(2, 6, 3), nn.GroupNorm(3, 6), nn.Tanh(), nn.Conv2d(6, 4, (2, 1)), nn.GroupNorm(1, 4), nn.Flatten(),
        nn.Linear(64, 6), nn.GroupNorm(2, 6), nn.Linear(6, 2))


def build():
    torch.manual_seed(7)
    tensors = {}
    for name, sample, model in models():
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):  # what training leaves
                nn.init.uniform_(module.running_mean, -0.5, 0.5)
                nn.init.uniform_(module.running_var, 0.5, 2)
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.uniform_(module.bias, -0.5, 0.5)
            if isinstance(module, nn.PReLU):
                nn.init.uniform_(module.weight, 0.1, 0.4)
        model.eval()
        x = 2 * torch.rand(5, *sample) - 1
        with torch.no_grad():
            y = model(x)
        tensors |= {f"{name}.{key}": value.numpy() for key, value in model.state_dict().items()}
        for what, values in (("input", x), ("output", y)):  # channels last, as Strata has images
            tensors[f"{what} of {name}"] = numpy.moveaxis(values.numpy(), 1, -1).copy() if values.ndim == 4 else values.numpy()
    return safetensors_file.to_bytes(tensors)


def main():
    torch.set_num_threads(1)
    path = HERE / "exchange.safetensors"
    data = build()
    if sys.argv[1:] != ["--check"]:
        path.write_bytes(data)
        print(f"{path}: {len(data)} bytes")
        return 0
    there = path.read_bytes()
    header = 8 + int.from_bytes(data[:8], "little")
    if there[:header] != data[:header] or len(there) != len(data):
        print("other tensors than in exchange.safetensors")
        return 1
    ints = sum(name.endswith("num_batches_tracked") for name in there[8:header].decode().split('"'))
    floats = [numpy.frombuffer(part[header + 8 * ints:], "<f4") for part in (there, data)]
    worst = numpy.abs(floats[0] - floats[1]).max()
    print(f"differs by {worst:.2g} at most")
    return 0 if worst <= 1e-5 else 1


sys.exit(main())
