#!/usr/bin/env python3
"""ONNX files as networks: read_onnx.py INCLUDE_FOLDER WRITER COMPILER...

Models of PyTorch, as torch.onnx.export writes them, and networks that WRITER (onnx_writer.cpp's program) wrote, go through
examples/exchange/from_onnx.py; the headers are compiled, the weights loaded, and the outputs are those of PyTorch, and of
Strata. Files that are damaged, and operators that Strata does not have, are refused in a line. Ends with 77 (skipped) where
there is no PyTorch or no python3-onnx.
"""

import io
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "examples" / "exchange" / "from_onnx.py"
sys.path.append(str(SCRIPT.parent))
try:
    import numpy
    import onnx
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
import exchange
import from_onnx
import safetensors_file
import onnx_nodes
from onnx_in.reading import Refused

TOLERANCE = 1e-4


class Function(nn.Module):
    """A function of modules and of what goes in."""

    def __init__(self, function, *modules):
        super().__init__()
        self.parts, self.function = nn.ModuleList(modules), function

    def forward(self, *x):
        return self.function(self.parts, *x)


def view(*shape):
    return Function(lambda parts, x: x.view(-1, *shape))


def denoiser():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 32, 3, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(288, 32), nn.ReLU(), nn.Linear(32, 288), nn.ReLU(), view(32, 3, 3), nn.Upsample(scale_factor=2),
        nn.ConvTranspose2d(32, 32, 3, 2, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(32, 1, 3, 2, 1, output_padding=1), nn.ReLU())


def lenet():
    def run(parts, x):
        x = functional.max_pool2d(parts[0](x).relu(), 2)
        x = functional.max_pool2d(parts[1](x).relu(), 2)
        return parts[4](parts[3](parts[2](x.view(x.size(0), -1)).relu()).relu())
    return Function(run, nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5), nn.Linear(400, 120), nn.Linear(120, 84),
                    nn.Linear(84, 10))


class Basic(nn.Module):
    """A block of a ResNet-18."""

    def __init__(self, into, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        self.down = nn.Identity()
        if stride != 1 or into != out:
            self.down = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        return (self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())) + self.down(x)).relu()


def resnet18(width=64, classes=1000):
    sizes = [width << k for k in range(4)]
    into = [sizes[0], *sizes]
    blocks = [block for k in range(4) for block in (Basic(into[k], sizes[k], 2 if k else 1), Basic(sizes[k], sizes[k], 1))]
    return nn.Sequential(nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1),
                         *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(sizes[3], classes))


def unet():
    def block(into, out):
        return nn.Sequential(nn.Conv2d(into, out, 3, padding=1), nn.BatchNorm2d(out), nn.SiLU(), nn.Conv2d(out, out, 3, padding=1),
                             nn.GELU())

    def run(p, x):
        fine = p[0](x)
        middle = p[1](functional.max_pool2d(fine, 2))
        y = p[3](torch.cat([p[5](p[2](functional.max_pool2d(middle, 2))), middle], 1))
        y = functional.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)
        return p[6](p[4](torch.cat([fine, y], 1)))
    return Function(run, block(3, 6), block(6, 8), block(8, 8), block(16, 6), block(12, 6), nn.ConvTranspose2d(8, 8, 2, 2),
                    nn.Conv2d(6, 2, 1))


def next_block():
    """Of a ConvNeXt: channels last between two transposes."""
    def run(p, x):
        y = p[0](x).permute(0, 2, 3, 1)
        y = p[4] * p[3](functional.gelu(p[2](p[1](y))))
        return x + y.permute(0, 3, 1, 2)
    made = Function(run, nn.Conv2d(6, 6, 7, padding=3, groups=6), nn.LayerNorm(6), nn.Linear(6, 24), nn.Linear(24, 6))
    made.scale = nn.Parameter(torch.rand(6))
    made.function = lambda parts, x: run([*parts, made.scale], x)
    return made


def squeeze_and_excite():
    def run(p, x):
        x = p[0](x)
        gate = p[2](p[1](functional.adaptive_avg_pool2d(x, 1)).relu()).sigmoid()
        return (x * gate).mean((2, 3))
    return Function(run, nn.Conv2d(2, 8, 3), nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1))


def scaled(p, x):
    """Constants around layers: folded into them, or a batch_norm."""
    x = (x - torch.tensor([0.4, 0.5]).view(2, 1, 1)) / torch.tensor([0.2, 0.3]).view(2, 1, 1)
    x = 3 - 2 * p[0](x)
    return -p[1](torch.flatten(x, 1)) / 3 + torch.arange(4.0)


def two_heads(p, x):
    trunk = p[0](x).tanh()
    return functional.softmax(p[1](trunk), -1), p[2](trunk)


def flat_joins(p, x):
    """Flattened images beside other features."""
    a, b = torch.flatten(p[0](x), 1), torch.flatten(p[1](x), 1)
    return p[3](torch.cat([p[2](a), b], 1)) + p[4](a - p[5](b))


def conditional(p, noise, label):
    return p[2]((p[0](torch.cat([noise, label], 1)) * p[1](label)).view(-1, 3, 2, 2))


def nested(p, x):
    """Branches in branches, and a value that is read again much later."""
    y = x + p[0](functional.relu(x + p[1](x)))
    z = torch.cat([p[2](y), functional.max_pool2d(y, 3, 1, 1), p[3](p[4](y))], 1)
    return p[5](z) + x


def models():
    yield "denoiser", denoiser(), [(1, 28, 28)]
    yield "lenet", lenet(), [(1, 28, 28)]
    yield "resnet", resnet18(4, 10), [(3, 64, 64)]
    yield "unet", unet(), [(3, 16, 12)]
    yield "activations", nn.Sequential(
        nn.Linear(9, 12), nn.Tanh(), nn.Linear(12, 8), nn.LayerNorm(8), nn.PReLU(8), nn.Linear(8, 8), nn.ELU(0.7), nn.Linear(8, 8),
        nn.GELU(), nn.Linear(8, 8), nn.SiLU(), nn.Linear(8, 8), nn.Softplus(), nn.Linear(8, 8), nn.LeakyReLU(0.2), nn.Dropout(),
        nn.Linear(8, 8), nn.Hardtanh(-0.5, 1.5), nn.Linear(8, 8), nn.ReLU6(), nn.Hardswish(), nn.Linear(8, 8), nn.Hardsigmoid(),
        nn.LayerNorm(8, elementwise_affine=False), nn.Linear(8, 8, bias=False), nn.Sigmoid(), nn.Linear(8, 4), nn.Softmax(-1)), [(9,)]
    yield "windows", nn.Sequential(
        nn.Conv2d(2, 6, (3, 2), (1, 2), (1, 0)), nn.PReLU(6), nn.AvgPool2d(2, 1, 1), nn.BatchNorm2d(6), nn.ReLU(),
        nn.Conv2d(6, 8, 3, dilation=2, groups=2), nn.MaxPool2d(3, 2, 1), nn.ZeroPad2d((1, 2, 0, 1)),
        nn.ConvTranspose2d(8, 4, (3, 4), 2, 1, (1, 0)), nn.MaxPool2d(2, ceil_mode=True), nn.Conv2d(4, 4, 3, padding=1, groups=4),
        nn.UpsamplingNearest2d(scale_factor=2), nn.Softmax2d(), nn.MaxPool2d((2, 1)), nn.Conv2d(4, 3, 1)), [(2, 17, 19)]
    yield "decoder", nn.Sequential(
        nn.Linear(4, 36), nn.BatchNorm1d(36), nn.ReLU(), view(4, 3, 3), nn.ConvTranspose2d(4, 5, 3, 2), nn.Tanh(),
        nn.Conv2d(5, 2, 3, padding=1)), [(4,)]
    yield "generator", nn.Sequential(
        nn.Linear(4, 12), view(3, 2, 2), nn.BatchNorm2d(3), nn.PReLU(3), nn.ConvTranspose2d(3, 4, 4, 2, 1, bias=False),
        nn.BatchNorm2d(4), nn.ReLU(), nn.ConvTranspose2d(4, 2, 4, 2, 1), nn.Tanh()), [(4,)]
    yield "flattened", nn.Sequential(nn.Conv2d(3, 4, (1, 2)), nn.Flatten(), nn.BatchNorm1d(64), nn.PReLU(64), nn.LayerNorm(64),
                                     nn.Linear(64, 6)), [(3, 4, 5)]
    yield "next_block", next_block(), [(6, 5, 4)]
    yield "squeeze_and_excite", squeeze_and_excite(), [(2, 6, 7)]
    yield "scaled", Function(scaled, nn.Conv2d(2, 3, 3), nn.Linear(24, 4)), [(2, 4, 6)]
    yield "two_heads", Function(two_heads, nn.Linear(5, 6), nn.Linear(6, 3), nn.Linear(6, 2)), [(5,)]
    yield "flat_joins", Function(flat_joins, nn.Conv2d(2, 3, 2), nn.Conv2d(2, 3, 2), nn.Linear(36, 5), nn.Linear(41, 2),
                                 nn.Linear(36, 2), nn.Tanh()), [(2, 4, 5)]
    yield "conditional", Function(conditional, nn.Linear(7, 12), nn.Linear(3, 12), nn.Conv2d(3, 2, 2)), [(4,), (3,)]
    yield "nested", Function(nested, *(nn.Conv2d(4, 4, 3, padding=1) for _ in range(5)), nn.Conv2d(12, 4, 1)), [(4, 6, 5)]
    yield "to_image", nn.Sequential(view(2, 3, 4), nn.Conv2d(2, 3, 2), nn.Flatten()), [(24,)]


def prepare(model):
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):  # what training leaves
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm)) and module.weight is not None:
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.3, 0.3)
        if isinstance(module, nn.PReLU):
            nn.init.uniform_(module.weight, 0.1, 0.4)
    return model.eval()


def export(model, inputs, any_number=True, **options):
    """An ONNX file's bytes; with any number of samples, or with that of the inputs."""
    names, outputs = [f"in{k}" for k in range(len(inputs))], model(*inputs)
    ends = [f"out{k}" for k in range(len(outputs))] if isinstance(outputs, tuple) else ["out0"]
    options["dynamic_axes"] = {name: {0: "n"} for name in [*names, *ends]} if any_number else None
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, tuple(inputs), buffer, input_names=names, output_names=ends, **options)
    return buffer.getvalue()


def channels_last(values):
    return numpy.ascontiguousarray(numpy.moveaxis(values, 1, -1) if values.ndim == 4 else values)


def translate(folder, name, data):
    """Runs the script on a file of these bytes; what it says."""
    path = os.path.join(folder, "model.onnx")
    with open(path, "wb") as file:
        file.write(data)
    ran = subprocess.run([sys.executable, "-B", str(SCRIPT), path, os.path.join(folder, name)], capture_output=True, text=True)
    assert ran.returncode == 0, (name, ran.stderr)
    return ran.stderr


def build(folder, include, compiler, names):
    lines = [f'#include "{name}.hpp"' for name in names] + ['#include "onnx_reader.hpp"', "int main(int count, char** arguments) {",
             "    const int repetitions = count > 2 ? std::stoi(arguments[2]) : 0;"]
    lines += [f'    onnx_reader::run<{name}>(arguments[1] + std::string{{"/{name}"}}, repetitions);' for name in names] + ["}"]
    source = os.path.join(folder, "main.cpp")
    with open(source, "w") as file:
        file.write("\n".join(lines) + "\n")
    program = os.path.join(folder, "main")
    warned = "-Wall -Wextra -Wshadow -Wconversion -Werror".split()
    subprocess.run([*compiler, *warned, "-I", include, "-I", str(HERE), "-I", folder, source, "-o", program], check=True)
    return program


def put_inputs(folder, name, tensors):
    with open(os.path.join(folder, name + ".in"), "wb") as file:
        file.write(safetensors_file.to_bytes(tensors))


def outputs_of(folder, name):
    tensors, _, _ = exchange.read(os.path.join(folder, name + ".out"))
    return [tensors[f"output {k}"][1] for k in range(len(tensors))]


def difference(found, expected):
    assert len(found) == len(expected)
    worst = 0.0
    for one, other in zip(found, expected):
        assert one.size == other.size, (one.shape, other.shape)
        worst = max(worst, float(abs(one.reshape(other.shape) - other).max()) / max(1.0, float(abs(other).max())))
    return worst


# What is flat in ONNX, but an image further on, or before: its values lie channels last in Strata, which the script says.
FLAT_IMAGES = {"to_image": ((2, 3, 4), (3, 2, 3))}


def check_models(folder, include, compiler):
    torch.manual_seed(5)
    expected, files = {}, {}
    for name, model, shapes in models():
        model = prepare(model)
        x = [2 * torch.rand(3, *shape) - 1 for shape in shapes]
        with torch.no_grad():
            y = model(*x)
            y = [one.numpy() for one in (y if isinstance(y, tuple) else (y,))]
            files[name] = export(model, x)
            if name == "next_block":
                files[name + "_17"] = export(model, x, opset_version=17)  # with LayerNormalization
            if name == "lenet":
                files[name + "_of_one"] = export(model, [one[:1] for one in x], any_number=False)
        if name in FLAT_IMAGES:
            x, y = ([one[0].reshape(-1, *shape)] for one, shape in zip((x, y), FLAT_IMAGES[name]))
        for given in [one for one in files if one not in expected]:
            said = translate(folder, given, files[given])
            assert ("in the order of an image" in said) == (name in FLAT_IMAGES) and (said == "" or name in FLAT_IMAGES), said
            put_inputs(folder, given, {f"input {k}": channels_last(one.numpy()) for k, one in enumerate(x)})
            expected[given] = [channels_last(one) for one in y]
    subprocess.run([build(folder, include, compiler, list(expected)), folder], check=True)
    for name, values in expected.items():
        worst = difference(outputs_of(folder, name), values)
        print(f"{name}: {worst:.1e} from PyTorch")
        assert worst < TOLERANCE, name
    for name, words in (("resnet", ["residual<", "sum_of<", "path<"]), ("unet", ["upsample2d<2, 2, bilinear>", 'concat<"gelu_2">', "silu"]),
                        ("nested", ["concat_of<", "residual<"]), ("next_block", ["groups<6>", "layer_norm<1e-05>"[:10], "gelu"]),
                        ("lenet", ["conv2d<6, 5, same>", "max_pool2d<2>", "// 14 x 14 x 6"]),
                        ("denoiser", ["conv2d_transpose<1, 3, stride<2>, padding<1>, output_padding<1>>"])):
        with open(os.path.join(folder, name + ".hpp")) as file:
            text = file.read()
        for word in words:
            assert word in text, (name, word, text)
    return files


def check_round_trip(folder, include, compiler, writer):
    """Out and in again."""
    subprocess.run([writer, folder], check=True)
    expected = {}
    for file in sorted(os.listdir(folder)):
        # An output that is an input, half of the values, the larger of two values have no counterpart; group_norm is not read.
        if not file.endswith(".onnx") or file in ("through.onnx", "coded.onnx", "own_join.onnx", "group_norms.onnx"):
            continue
        tensors, _, _ = exchange.read(os.path.join(folder, file[:-5] + ".safetensors"))
        name = "again_" + file[:-5]
        with open(os.path.join(folder, file), "rb") as data:
            assert translate(folder, name, data.read()) == ""
        put_inputs(folder, name, {key: values.astype("f4") for key, (_, values) in tensors.items() if key.startswith("input")})
        expected[name] = [tensors[f"output {k}"][1] for k in range(sum(key.startswith("output") for key in tensors))]
    subprocess.run([build(folder, include, compiler, list(expected)), folder], check=True)
    for name, values in expected.items():
        worst = difference(outputs_of(folder, name), values)
        print(f"{name}: {worst:.1e} from what was written")
        assert worst < 1e-6, name


def message_of(folder, data, arguments=()):
    """What the script says of a file that it refuses: every line by itself, no traceback, nothing written."""
    path, target = os.path.join(folder, "bad.onnx"), os.path.join(folder, "refused")
    with open(path, "wb") as file:
        file.write(data)
    ran = subprocess.run([sys.executable, "-B", str(SCRIPT), path, target, *arguments], capture_output=True, text=True)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr and ran.stderr.strip(), ran.stderr
    assert all(line.startswith(f"from_onnx.py: {path}: ") for line in ran.stderr.splitlines()), ran.stderr
    assert not os.path.exists(target + ".hpp") and not os.path.exists(target + ".safetensors")
    return ran.stderr


def of_nodes(*nodes, shape=(2, 8, 6), constants=None, operator_set=13):
    """A file with an input x, an output y, and these nodes."""
    tensors = [onnx.numpy_helper.from_array(numpy.asarray(array), name) for name, array in (constants or {}).items()]
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(list(nodes), "g", [info("x", 1, ["n", *shape])], [info("y", 1, ["n"])], tensors)
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", operator_set)], ir_version=8).SerializeToString()


def node(op, inputs=("x",), output="y", **attributes):
    return onnx.helper.make_node(op, list(inputs), [output], name=f"the_{op}", **attributes)


def by_hand():
    """Files with what PyTorch does not write: name, file, shape of the input, and what it computes (None: as onnx_nodes does)."""
    rand = numpy.random.default_rng(8).standard_normal

    def weights(**shapes):
        return {name: 0.3 * rand(shape).astype("f4") for name, shape in shapes.items()}
    sizes = numpy.array
    yield "channels_last", of_nodes(
        node("Transpose", output="a", perm=[0, 3, 1, 2]), node("Conv", ("a", "w"), "b", auto_pad="SAME_LOWER", strides=[2, 2]),
        node("Relu", ("b",), "c"), node("Transpose", ("c",), "d", perm=[0, 2, 3, 1]), node("Reshape", ("d", "s"), "e"),
        node("MatMul", ("e", "m"), "f"), node("Add", ("f", "v")), shape=(6, 5, 2),
        constants=weights(w=(4, 2, 3, 2), m=(36, 3), v=(3,)) | {"s": sizes([-1, 36])}), (6, 5, 2), None
    yield "few_words", of_nodes(
        node("Max", ("x", "low"), "a"), node("Min", ("high", "a"), "b"), node("Neg", ("b",), "c"), node("Sum", ("a", "b", "c"), "d"),
        node("Sub", ("one", "d"), "e"), node("HardSigmoid", ("e",), "f", alpha=0.3, beta=0.4), node("Mul", ("f", "x"), "g"),
        node("GlobalMaxPool", ("g",), "h"), node("Squeeze", ("h", "axes"), "i"), node("Unsqueeze", ("i", "two"), "j"),
        node("Flatten", ("j",), "k"), node("Gemm", ("k", "m"), alpha=0.5), constants={
            "low": sizes(-0.5, "f4"), "high": sizes(0.6, "f4"), "one": sizes(1, "f4"), "axes": sizes([2, 3]), "two": sizes([2])} |
        weights(m=(2, 3))), (2, 8, 6), None
    yield "old", of_nodes(
        node("Conv", ("x", "w", "v"), "a", auto_pad="SAME_UPPER", strides=[2, 3]), node("Clip", ("a",), "b", min=-0.4, max=0.7),
        node("Upsample", ("b", "up"), "c", mode="nearest"), node("Pad", ("c",), "d", pads=[0, 0, 1, 0, 0, 0, 0, 2]),
        node("Slice", ("d",), "e", starts=[0], ends=[1 << 30], axes=[2]), node("Dropout", ("e",), "f"), node("Flatten", ("f",), "g"),
        node("MatMul", ("g", "m"), "h"), node("Softmax", ("h",), axis=1), operator_set=9,
        constants=weights(w=(3, 2, 3, 4), v=(3,), m=(216, 4)) | {"up": sizes([1, 1, 2, 3], "f4")}), (2, 8, 6), old
    yield "transposed", of_nodes(
        node("ConvTranspose", ("x", "w"), "a", strides=[2, 2], pads=[0, 0, 1, 1]),
        node("ConvTranspose", ("a", "u"), "b", strides=[2, 1], auto_pad="SAME_UPPER"),
        node("ConvTranspose", ("b", "u"), "c", strides=[3, 2]), node("Slice", ("c", "from", "to", "axes")),
        constants=weights(w=(2, 3, 3, 3), u=(3, 3, 3, 3)) | {"from": sizes([1, 1]), "to": sizes([1 << 30, 1 << 30]), "axes": sizes([2, 3])},
        shape=(2, 4, 3)), (2, 4, 3), transposed
    yield "growing", of_nodes(  # a batch of 1 in the file, a constant shape, rows of a sample as pixels
        node("MatMul", ("x", "m"), "a"), node("Add", ("a", "v"), "b"), node("Reshape", ("b", "s"), "c"), node("PRelu", ("c", "p"), "d"),
        node("ReduceMean", ("d",), axes=[1, 2], keepdims=0), shape=(6, 4),
        constants=weights(m=(4, 5), v=(5,), p=(5,)) | {"s": sizes([0, 2, 3, 5])}), (6, 4), None


def tensors_of(data):
    model = onnx.load_from_string(data)
    return {one.name: torch.from_numpy(onnx.numpy_helper.to_array(one).copy()) for one in model.graph.initializer}


def old(data, x):
    t = tensors_of(data)
    y = functional.conv2d(functional.pad(x, (0, 1, 0, 1)), t["w"], t["v"], (2, 3)).clamp(-0.4, 0.7)  # 3 rows: one behind; 4 columns: one
    y = functional.pad(y.repeat_interleave(2, 2).repeat_interleave(3, 3), (0, 2, 1, 0))
    return (y.flatten(1) @ t["m"]).softmax(1)


def transposed(data, x):
    t = tensors_of(data)
    y = functional.conv_transpose2d(x, t["w"], None, 2)[:, :, :-1, :-1]
    y = functional.conv_transpose2d(y, t["u"], None, (2, 1))[:, :, :-1, 1:-1]  # 3 - 2 rows too many, and 3 - 1 columns
    return functional.conv_transpose2d(y, t["u"], None, (3, 2))[:, :, 1:, 1:]


def check_by_hand(folder, include, compiler):
    expected = {}
    for name, data, shape, compute in by_hand():
        x = numpy.random.default_rng(1).uniform(-1, 1, (3, *shape)).astype("f4")
        if compute is None:
            y = onnx_nodes.run(onnx.load_from_string(data), [x])[0]
        else:
            y = compute(data, torch.from_numpy(x)).numpy()
        assert translate(folder, name, data) == "", name
        put_inputs(folder, name, {"input 0": x if name == "channels_last" else channels_last(x)})
        expected[name] = [channels_last(y)]
    subprocess.run([build(folder, include, compiler, list(expected)), folder], check=True)
    for name, values in expected.items():
        worst = difference(outputs_of(folder, name), values)
        print(f"{name}: {worst:.1e} from what it says")
        assert worst < TOLERANCE, name


def check_refusals(folder):
    kernel = {"w": numpy.ones((4, 2, 3, 3), "f4")}
    up = {"s": numpy.array([1, 1, 2, 2], "f4"), "none": numpy.zeros(0, "f4")}
    lines = {
        "Strata has no powers": of_nodes(node("Pow", ("x", "p")), constants={"p": numpy.array(3, "f4")}),
        "no layer for this operator": of_nodes(node("Sin")),
        "is not the last one in Strata": of_nodes(node("Softmax", axis=3)),
        "expected at least 0 and below 1": of_nodes(node("LeakyRelu", alpha=1.5)),
        "is of type int64, expected floats": of_nodes(node("Conv", ("x", "w")), constants={"w": numpy.ones((4, 2, 3, 3), "i8")}),
        "in 1 groups for 2 channels": of_nodes(node("Conv", ("x", "w")), constants={"w": numpy.ones((4, 3, 3, 3), "f4")}),
        "but the kernel [3, 3]": of_nodes(node("Conv", ("x", "w"), kernel_shape=[3, 2]), constants=kernel),
        "is larger than the": of_nodes(node("Conv", ("x", "w"), dilations=[4, 4]), constants=kernel),
        "which Strata's conv2d_transpose cannot say": of_nodes(node("ConvTranspose", ("x", "w"), strides=[2, 2], pads=[0, 1, 1, 0]),
                                                             constants={"w": numpy.ones((2, 4, 3, 3), "f4")}),
        "groups or dilations": of_nodes(node("ConvTranspose", ("x", "w"), dilations=[2, 2]), constants={"w": numpy.ones((2, 4, 3, 3), "f4")}),
        "count_include_pad": of_nodes(node("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1])),
        "ceil_mode": of_nodes(node("MaxPool", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1), shape=(2, 8, 8)),
        "its input may be negative": of_nodes(node("MaxPool", kernel_shape=[3, 3], pads=[0, 0, 1, 1])),
        "align_corners = False": of_nodes(node("Resize", ("x", "", "s"), mode="linear", coordinate_transformation_mode="align_corners"),
                                          constants=up),
        "Strata enlarges by whole numbers": of_nodes(node("Resize", ("x", "", "s"), mode="nearest"),
                                                     constants={"s": numpy.array([1, 1, 1.5, 2], "f4")}),
        "by mode reflect": of_nodes(node("Pad", ("x", "p"), mode="reflect"), constants={"p": numpy.array([0, 0, 1, 1, 0, 0, 1, 1])}),
        "does not keep the samples apart": of_nodes(node("Reshape", ("x", "s")), constants={"s": numpy.array([-1, 8])}),
        "moves the axis of the samples": of_nodes(node("Transpose", perm=[1, 0, 2, 3])),
        "lie in different orders": of_nodes(node("Reshape", ("x", "s"), "a"), node("Transpose", output="b", perm=[0, 2, 3, 1]),
                                            node("Reshape", ("b", "s"), "c"), node("Add", ("a", "c")),
                                            constants={"s": numpy.array([-1, 96])}),
        "its values lie in another order": of_nodes(
            node("Gemm", ("x", "m"), "a"), node("Reshape", ("a", "s"), "b"), node("LayerNormalization", ("b", "v"), "c"),
            node("Conv", ("c", "w")), shape=(4,), operator_set=17,
            constants={"m": numpy.ones((4, 12), "f4"), "s": numpy.array([-1, 3, 2, 2]), "v": numpy.ones(2, "f4"),
                       "w": numpy.ones((1, 3, 1, 1), "f4")}),
        "a constant of shape [1, 1, 2, 1, 1], expected": of_nodes(  # which makes it a value of an axis more
            node("Add", ("x", "c")), constants={"c": numpy.ones((1, 1, 2, 1, 1), "f4")}),
        "that divides": of_nodes(node("Sigmoid", output="a"), node("Div", ("x", "a"))),
        "does not depend on what goes in": of_nodes(node("Identity", ("w",)), constants=kernel),
        "all sizes but the first have to be known": of_nodes(node("Relu"), shape=(2, "h", 6)),
        "model.eval()": of_nodes(node("BatchNormalization", ("x", "w", "w", "w", "w"), training_mode=1), operator_set=14,
                             constants={"w": numpy.ones(2, "f4")}),
        "no recurrent layers": of_nodes(onnx.helper.make_node("GRU", ["x", "a", "b"], ["y"], hidden_size=2), shape=(3,),
                              constants={"a": numpy.ones((1, 6, 3), "f4"), "b": numpy.ones((1, 6, 2), "f4")}),
    }
    for words, data in lines.items():
        said = message_of(folder, data)
        assert words in said and said.count("\n") == 1, (words, said)
        assert "the_" in said or words in ("no recurrent layers", "does not depend on what goes in", "all sizes but the first have to be known"), said
    several = message_of(folder, of_nodes(node("Sin", output="a"), node("Cos", ("a",))))
    assert several.count("\n") == 2 and "the_Sin" in several and "the_Cos" in several, several
    for data in (b"", b"\x00", b"no ONNX file", os.urandom(500)):
        message_of(folder, data)
    assert "No such file" in subprocess.run([sys.executable, "-B", str(SCRIPT), "/nowhere", "x"], capture_output=True, text=True).stderr
    said = message_of(folder, of_nodes(node("Relu"), shape=(2, 4, 5)), ["--shape", "z=N,3"])
    assert "there is no input z" in said
    # Names under which the header would not compile.
    with open(os.path.join(folder, "named.onnx"), "wb") as file:
        file.write(of_nodes(node("Relu", output="softmax"), node("Softmax", ("softmax",), axis=1)))
    for name, reason in {"relu": "an entry in its list", "input": "cannot be", "std": "cannot be", "int": "cannot be",
                         "a__b": "cannot be", "1st": "cannot be", "layers": "cannot be", "outputs": "cannot be", "table": "cannot be"}.items():
        ran = subprocess.run([sys.executable, "-B", str(SCRIPT), os.path.join(folder, "named.onnx"), os.path.join(folder, name)],
                             capture_output=True, text=True)
        assert ran.returncode == 1 and reason in ran.stderr and not os.path.exists(os.path.join(folder, name + ".hpp")), (name, ran.stderr)
    # What is said of ends that Strata has otherwise.
    two = [onnx.helper.make_tensor_value_info(name, 1, ["n", 3]) for name in ("x", "unread")]
    ends = [onnx.helper.make_tensor_value_info(name, 1, ["n", 3]) for name in ("y", "z")]
    graph = onnx.helper.make_graph([node("Relu"), node("Tanh", ("y",), "z")], "g", two, ends)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
    said = translate(folder, "ends", model.SerializeToString())
    assert 'input "unread" is read by nothing' in said and 'until<ends, "y">' in said, said
    open_sizes = of_nodes(node("Relu"), shape=(2, "h", "w"))
    with open(os.path.join(folder, "open.onnx"), "wb") as file:
        file.write(open_sizes)
    subprocess.run([sys.executable, "-B", str(SCRIPT), os.path.join(folder, "open.onnx"), os.path.join(folder, "told"), "--shape", "x=N,2,4,5"],
                   check=True)
    with open(os.path.join(folder, "told.hpp")) as file:
        assert "input<4, 5, 2>" in file.read()


def translated(folder, data):
    """What becomes of a file that may be damaged; None if it is refused, with a reason."""
    path = os.path.join(folder, "damaged.onnx")
    with open(path, "wb") as file:
        file.write(data)
    try:
        with numpy.errstate(all="ignore"):
            return from_onnx.translate(path, "net", {})
    except Refused as error:
        assert str(error).strip() and len(str(error)) < 4000
        return None


def check_damaged(folder, files, attempts):
    """Files cut anywhere, and with bytes changed: refused, or translated; never anything else."""
    chance = random.Random(3)
    counts = {True: 0, False: 0}
    for data in files:
        for _ in range(attempts):
            changed = bytearray(data)
            for _ in range(chance.choice((1, 1, 2, 8))):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            for one in (data[: chance.randrange(len(data))], bytes(changed)):
                counts[translated(folder, one) is None] += 1
    print(f"damaged files: {counts[True]} refused, {counts[False]} translated")
    assert counts[True] > counts[False] > 0


def check_changed(folder, include, compiler, files, wanted):
    """Files with a field changed: refused, or translated to what they say now."""
    chance = random.Random(4)
    expected, refused = {}, 0
    while len(expected) < wanted:
        model = onnx.load_from_string(chance.choice(files))
        change_field(chance, model)
        data = model.SerializeToString()
        made = translated(folder, data)
        sizes = [[axis.dim_value for axis in one.type.tensor_type.shape.dim[1:]] for one in model.graph.input]
        if made is None or made[2] or data in files or any(numpy.prod(one) > 10000 for one in sizes):
            refused += made is None
            continue
        inputs = [numpy.random.default_rng(k).uniform(-1, 1, (2, *shape)).astype("f4") for k, shape in enumerate(sizes)]
        try:
            outputs = onnx_nodes.run(model, inputs)
        except onnx_nodes.Unknown:
            continue
        if not all(numpy.isfinite(one).all() for one in outputs):
            continue
        name = f"changed_{len(expected)}"
        text, tensors, _ = made
        with open(os.path.join(folder, name + ".hpp"), "w") as file:
            file.write(text.replace("struct net\n", f"struct {name}\n").replace("net_entries", name + "_entries")
                       .replace("_entries::net;", f"_entries::{name};"))
        with open(os.path.join(folder, name + ".safetensors"), "wb") as file:
            file.write(safetensors_file.to_bytes(tensors))
        put_inputs(folder, name, {f"input {k}": channels_last(x) for k, x in enumerate(inputs)})
        expected[name] = [channels_last(one) for one in outputs]
    subprocess.run([build(folder, include, compiler, list(expected)), folder], check=True)
    for name, values in expected.items():
        assert difference(outputs_of(folder, name), values) < TOLERANCE, name
    print(f"changed files: {refused} refused, {len(expected)} compute what they say")
    assert refused > 0


def change_field(chance, model):
    """Something that could stand there, but does not belong."""
    graph = model.graph
    one = chance.choice(graph.node)
    kind = chance.randrange(8)
    if kind == 0 and one.attribute:
        attribute = chance.choice(one.attribute)
        attribute.i = chance.choice((-7, -1, 0, 1, 3, 1 << 20, -(1 << 62)))
        if attribute.ints:
            attribute.ints[chance.randrange(len(attribute.ints))] = attribute.i
    elif kind == 1 and one.attribute:
        del one.attribute[chance.randrange(len(one.attribute))]
    elif kind == 2:
        one.op_type = chance.choice(("Relu", "Add", "Conv", "Gemm", "Reshape", "Concat", "Softmax", "MaxPool", "Flatten", "Clip", "Mul"))
    elif kind == 3 and len(one.input) > 1:
        one.input[0], one.input[-1] = one.input[-1], one.input[0]
    elif kind == 4 and graph.initializer:
        tensor = chance.choice(graph.initializer)
        tensor.data_type = chance.choice((1, 2, 6, 7, 8, 9, 10, 11, 16, 77))
    elif kind == 5 and graph.initializer:
        tensor = chance.choice(graph.initializer)
        if tensor.dims:
            tensor.dims[chance.randrange(len(tensor.dims))] = chance.choice((-1, 0, 1, 5, 1 << 40))
    elif kind == 6:
        dim = chance.choice(graph.input[0].type.tensor_type.shape.dim)
        dim.dim_value = chance.choice((-3, 0, 1, 2, 7, 1 << 33))
    else:
        del graph.node[chance.randrange(len(graph.node))]


def main():
    include, writer, *compiler = sys.argv[1:]
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        check_refusals(folder)
        check_by_hand(folder, include, compiler)
        files = check_models(folder, include, compiler)
    with tempfile.TemporaryDirectory() as folder:
        check_round_trip(folder, include, compiler, writer)
        small = [files[name] for name in ("next_block_17", "windows", "unet", "flat_joins", "activations", "conditional")]
        check_damaged(folder, small, 60)
        check_changed(folder, include, compiler, small, 20)


if __name__ == "__main__":
    main()
