"""What the scripts that ask PyTorch for golden values share: numbers by a formula, layers in Strata's layouts, the file.

Weights, inputs and targets come from a formula that C++ computes to the same bits, so a file stores only what
PyTorch worked out of them. PyTorch computes in double precision, and so are the values stored: models of float are held to them as far as float goes,
models of double to 1e-10.

A file is a text header, one line a tensor, an empty line, and the stored tensors as little-endian doubles:

    golden 2
    made NAME COUNT STREAM LOG2      COUNT numbers of the formula: numbers(COUNT, STREAM, LOG2)
    stored NAME COUNT                COUNT doubles, in the order of these lines
"""

import pathlib
import sys

try:
    import numpy
    import torch
    import torch.nn.functional as functional
except ImportError as missing:
    print(f"skipped: {missing} (on Debian: apt install python3-torch, and run with /usr/bin/python3)")
    sys.exit(77)


def numbers(count, stream, log2):
    """`count` floats in [-limit, limit), limit = 2^log2; `stream` tells one tensor from another.

    Integers scaled by powers of two, so every language gets the same bits. The steps after the first product
    are MurmurHash3's finalizer: without them the numbers form a lattice, which makes matrices nearly singular.
    """
    mask = numpy.uint64(0xFFFFFFFF)
    h = (numpy.arange(count, dtype=numpy.uint64) * numpy.uint64(2654435761) + numpy.uint64(stream * 40503)) & mask
    h ^= h >> numpy.uint64(16)
    h = (h * numpy.uint64(0x85EBCA6B)) & mask
    h ^= h >> numpy.uint64(13)
    h = (h * numpy.uint64(0xC2B2AE35)) & mask
    h ^= h >> numpy.uint64(16)
    return ((h >> numpy.uint64(8)).astype(numpy.float64) * 2.0**-23 - 1.0) * 2.0**log2


def as_float(number):
    """A layer's option: those are floats, whatever its model computes in."""
    return float(numpy.float32(number))


class Recorder:
    """Collects the tensors of one golden file, then writes the file or compares with it."""

    def __init__(self):
        self.lines = []
        self.tensors = []
        self.streams = 0

    def made(self, name, shape, log2):
        """A tensor of the formula, in double precision, whose gradient is wanted."""
        self.streams += 1
        count = int(numpy.prod(shape))
        self.lines.append(f"made {name} {count} {self.streams} {log2}")
        return torch.from_numpy(numbers(count, self.streams, log2)).reshape(shape).requires_grad_()

    def stored(self, name, tensor):
        values = tensor.detach().contiguous().numpy().astype("<f8").ravel()
        assert numpy.isfinite(values).all() and values.any(), name
        self.lines.append(f"stored {name} {values.size}")
        self.tensors.append((name, values))

    def header(self):
        return ("golden 2\n" + "\n".join(self.lines) + "\n\n").encode()

    def write(self, path):
        path.write_bytes(self.header() + b"".join(values.tobytes() for _, values in self.tensors))

    def differences(self, path):
        """What is not as in the file. Another machine may sum in another order, which moves the last bits."""
        data = path.read_bytes()
        if not data.startswith(self.header()):
            return ["the header: tensors were added, removed or changed"]
        there = numpy.frombuffer(data[len(self.header()):], "<f8")
        if there.size != sum(values.size for _, values in self.tensors):
            return [f"{there.size} doubles after the header"]
        # A gradient that is 0 but for rounding, of a bias before batch_norm say, is compared with the others.
        largest = {}
        for name, values in self.tensors:
            kind = name.rsplit(".", 1)[-1]
            largest[kind] = max(largest.get(kind, 0), numpy.abs(values).max())
        found, begin = [], 0
        for name, values in self.tensors:
            part = there[begin:begin + values.size]
            begin += values.size
            scale = max(numpy.abs(values).max(), 1e-2 * largest[name.rsplit(".", 1)[-1]] if name.endswith("gradient") else 0)
            worst = numpy.abs(part - values).max() / scale
            if not worst <= 1e-12:
                found.append(f"{name}: {worst:.2g} of its scale")
        return found


def main(build, name):
    """Writes `name` beside the script, or with --check compares what it would write with what is there."""
    torch.set_num_threads(1)
    path = pathlib.Path(__file__).with_name(name)
    recorder = Recorder()
    build(recorder)
    if sys.argv[1:] == ["--check"]:
        found = recorder.differences(path)
        print("\n".join(found) or f"{name} is what PyTorch {torch.__version__} computes")
        sys.exit(1 if found else 0)
    if sys.argv[1:]:
        sys.exit(f"usage: {sys.argv[0]} [--check]")
    recorder.write(path)
    print(f"{path}: {path.stat().st_size} bytes")


# Layers as Strata (and Keras) define them: images are samples x height x width x channels, a kernel is height x
# width x in x out, a transposed one height x width x out x in. Gradients come out in the same layouts, because
# the reordering is part of what PyTorch differentiates.


def to_torch(image):
    return image.permute(0, 3, 1, 2)


def from_torch(image):
    return image.permute(0, 2, 3, 1)


def around(total):
    """Keras's split of padding: the odd one after."""
    return total // 2, total - total // 2


def conv2d(x, weight, bias, stride, same, padding=0, dilation=(1, 1), groups=1):
    image = to_torch(x)
    if same:
        (top, bottom), (left, right) = [
            around(max(0, (-(-size // step) - 1) * step + (window - 1) * apart + 1 - size))
            for size, step, window, apart in zip(image.shape[2:], stride, weight.shape[:2], dilation)]
        image = functional.pad(image, (left, right, top, bottom))
    return from_torch(functional.conv2d(image, weight.permute(3, 2, 0, 1).contiguous(), bias, stride, padding, dilation, groups))


def conv2d_transpose(x, weight, bias, stride, same, output_padding=(0, 0), padding=(0, 0)):
    assert not same or output_padding == padding == (0, 0)
    image = functional.conv_transpose2d(to_torch(x), weight.permute(3, 2, 0, 1).contiguous(), bias, stride, padding, output_padding)
    if same:
        for axis in (0, 1):
            size = x.shape[1 + axis] * stride[axis]
            before, _ = around(weight.shape[axis] - stride[axis])
            image = image.narrow(2 + axis, before, size)
    return from_torch(image)


def max_pool2d(x, window, stride, padding):
    return from_torch(functional.max_pool2d(to_torch(x), window, stride, padding))


def average_pool2d(x, window, stride, padding):
    return from_torch(functional.avg_pool2d(to_torch(x), window, stride, padding))


def upsample2d(x, factor):
    return x.repeat_interleave(factor, 1).repeat_interleave(factor, 2)


class Network:
    """A network under its name: layers are numbered from 1 as Strata numbers them, and the kinks are watched."""

    def __init__(self, recorder, name, sample, rows, log2):
        self.recorder, self.name = recorder, name
        self.input = self.x = recorder.made(f"{name}.input", (rows, *sample), log2)
        self.number = 0
        self.parameters = []
        self.movements = []
        self.known = {}

    def skip(self, y=None):
        """A layer without parameters: its result, if it computes anything."""
        self.number += 1
        if y is not None:
            self.x = y

    def parameter(self, what, shape, log2):
        name = f"{self.name}.{self.number}.{what}"
        if name not in self.known:
            self.known[name] = self.recorder.made(name, shape, log2)
            self.parameters.append((name, self.known[name]))
        return self.known[name]

    def again(self):
        """Back to the input: the same calls run the network once more, on the same weights."""
        self.number, self.x, self.movements = 0, self.input.detach(), []

    def weights(self, weight, biases, log2):
        """Weights and biases of the next layer; biases are as large, so that one that is lost shows."""
        self.number += 1
        return self.parameter("weight", weight, log2), self.parameter("bias", (biases,), log2)

    def dense(self, units, log2, frozen=False):
        """Returns the matrix, for a layer that is tied to this one. A frozen layer's gradients are not stored."""
        weight, bias = self.weights((self.x.shape[1], units), units, log2)
        if frozen:
            del self.parameters[-2:]
        self.x = self.x @ weight + bias
        return weight

    def tied_dense(self, weight, log2):
        self.number += 1
        self.x = self.x @ weight.T + self.parameter("bias", (weight.shape[0],), log2)

    def normalization(self):
        """Weight and bias of the next layer."""
        self.number += 1
        count = (self.x.shape[-1],)
        return self.parameter("weight", count, 0), self.parameter("bias", count, 0)

    def prelu(self):
        self.number += 1
        slopes = self.parameter("weight", (self.x.shape[-1],), -1)
        self.x = functional.prelu(self.x.movedim(-1, 1), slopes).movedim(1, -1)

    def layer_norm(self, epsilon=1e-5):
        weight, bias = self.normalization()
        self.x = functional.layer_norm(self.x, self.x.shape[-1:], weight, bias, as_float(epsilon))

    def group_norm(self, groups, epsilon=1e-5):
        weight, bias = self.normalization()
        self.x = functional.group_norm(self.x.movedim(-1, 1), groups, weight, bias, as_float(epsilon)).movedim(1, -1)

    def batch_norm(self):
        """In training, from statistics of 0 and 1. What is stored is how far each of them is to be moved down."""
        weight, bias = self.normalization()
        mean, variance = torch.zeros_like(weight).detach(), torch.ones_like(weight).detach()
        normal = functional.batch_norm(self.x.movedim(-1, 1), mean, variance, weight, bias, training=True,
                                       momentum=as_float(0.1), eps=as_float(1e-5))
        self.movements += [(f"{self.name}.{self.number}.running_mean", -mean),
                           (f"{self.name}.{self.number}.running_var", 1 - variance)]
        self.x = normal.movedim(1, -1)

    def conv2d(self, filters, kernel, log2, stride=(1, 1), same=False, padding=0, dilation=(1, 1), groups=1):
        weight, bias = self.weights((*kernel, self.x.shape[3] // groups, filters), filters, log2)
        self.x = conv2d(self.x, weight, bias, stride, same, padding, dilation, groups)

    def conv2d_transpose(self, filters, kernel, log2, stride, same, output_padding=(0, 0), padding=(0, 0)):
        weight, bias = self.weights((*kernel, filters, self.x.shape[3]), filters, log2)
        self.x = conv2d_transpose(self.x, weight, bias, stride, same, output_padding, padding)

    def relu(self, most=0.8):
        """Refuses a relu that is mostly dead or alive, or one so near its kink that rounding decides."""
        size = self.x.detach().abs()
        alive = (self.x > 0).double().mean().item()
        where = f"{self.name}, layer {self.number + 1}: "
        assert 0.2 < alive < most, where + f"{alive:.0%} of this relu are alive"
        assert size.min() > 3e-7 * size.max(), where + f"a value of {size.min():.1g}: choose another seed"
        self.skip(functional.relu(self.x))

    def max_pool2d(self, window, stride, padding=0):
        largest = functional.max_pool2d(to_torch(self.x.detach()), window, stride, padding)
        padded = functional.pad(to_torch(self.x.detach()), (padding,) * 4, value=-torch.inf)
        patches = padded.unfold(2, window, stride).unfold(3, window, stride).flatten(4)
        first, second = patches.topk(2).values.unbind(-1)
        assert torch.equal(first, largest)
        tied = (first != 0) & (first - second < 3e-7 * largest.max())
        assert not tied.any(), f"{self.name}, layer {self.number + 1}: a tie: choose another seed"
        self.skip(max_pool2d(self.x, window, stride, padding))

    def finish_steps(self, loss):
        """Stores the losses of three steps of torch.optim.SGD, and the weights after them. loss() computes it anew."""
        optimizer = torch.optim.SGD([tensor for _, tensor in self.parameters], lr=0.0625, momentum=0.875)
        losses = []
        for _ in range(3):
            optimizer.zero_grad()
            self.again()
            value = loss()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        self.recorder.stored(f"{self.name}.losses", torch.tensor(losses, dtype=torch.float64))
        for name, tensor in self.parameters:
            self.recorder.stored(f"{name}.after", tensor)

    def finish(self, log2):
        """The mean squared error against made targets, and what finish_with stores."""
        target = self.recorder.made(f"{self.name}.target", self.x.shape, log2).detach()
        self.finish_with(functional.mse_loss(self.x, target))

    def finish_with(self, loss):
        """Stores output, loss and every gradient."""
        loss.backward()
        self.recorder.stored(f"{self.name}.output", self.x)
        self.recorder.stored(f"{self.name}.loss", loss.reshape(1))
        self.recorder.stored(f"{self.name}.input.gradient", self.input.grad)
        for name, tensor in self.parameters:
            self.recorder.stored(f"{name}.gradient", tensor.grad)
        for name, tensor in self.movements:
            self.recorder.stored(f"{name}.gradient", tensor)
