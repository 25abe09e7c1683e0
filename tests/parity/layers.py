"""Random layers: what each is called in C++, with options drawn, and how a Twin runs it.

Each function here is given a random.Random and the shape of a sample, and returns (C++, run, words): run takes a Twin, and
words are what the table of run.py counts. A function returns None where the layer does not take the shape.
"""

import math

import golden
import torch
from torch.nn import functional

UNITS = (1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 19, 31, 33)
CHANNELS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 18)
MOST_VALUES = 1500  # of a sample
MOST_WEIGHTS = 6000


def limit(fan_in):
    """The power of two, as its logarithm, that keeps values at their size."""
    return round(math.log2(1.7 / math.sqrt(fan_in)))


def pair(name, values):
    """stride<2>, or stride<2, 3>."""
    return f"{name}<{values[0]}>" if values[0] == values[1] else f"{name}<{values[0]}, {values[1]}>"


def window_text(kernel):
    return str(kernel[0]) if kernel[0] == kernel[1] else f"kernel<{kernel[0]}, {kernel[1]}>"


def brackets(name, *options):
    return f"{name}<{', '.join(str(option) for option in options)}>"


def plain(name, function, words=()):
    """A layer without parameters."""
    return name, lambda net: net.skip(function(net.x)), [name.split("<")[0], *words]


# Functions of one number, and others that take any shape.


def activation(random, shape):
    number = lambda *choices: random.choice(choices)  # noqa: E731
    scale, slope, low, high = number(1.0, 0.5, 1.7), number(0.2, 0.01, 0.0, 0.7), number(-0.5, 0, -1), number(0.75, 1, 6)
    return random.choice((
        plain("relu", functional.relu), plain("relu", functional.relu), plain("tanh_", torch.tanh),
        plain("sigmoid", torch.sigmoid), plain("gelu", functional.gelu), plain("silu", functional.silu),
        plain("softplus", lambda x: functional.softplus(x, threshold=700)),
        plain("elu<>" if scale == 1 else f"elu<{scale}>", lambda x: functional.elu(x, golden.as_float(scale))),
        plain(f"leaky_relu<{slope}>", lambda x: functional.leaky_relu(x, golden.as_float(slope))),
        plain(f"clip<{low}, {high}>", lambda x: functional.hardtanh(x, golden.as_float(low), golden.as_float(high)))))


def prelu(random, shape):
    return "prelu", lambda net: net.prelu(), ["prelu"]


def softmax(random, shape):
    return plain("softmax", lambda x: torch.softmax(x, -1)) if shape[-1] > 1 else None


def epsilon_of(random):
    return random.choice((1e-5, 1e-3, 0.1))


def layer_norm(random, shape):
    epsilon = epsilon_of(random)
    if shape[-1] < 3:  # what comes of a deviation of two is a sign
        return None
    return "layer_norm<>" if epsilon == 1e-5 else f"layer_norm<{epsilon}>", lambda net: net.layer_norm(epsilon), ["layer_norm"]


def group_norm(random, shape):
    channels, pixels, epsilon = shape[-1], math.prod(shape[:-1]), epsilon_of(random)
    groups = random.choice([n for n in range(1, channels + 1) if channels % n == 0])
    if pixels * channels // groups < 3:
        return None
    options = (groups,) if epsilon == 1e-5 else (groups, epsilon)
    return brackets("group_norm", *options), lambda net: net.group_norm(groups, epsilon), ["group_norm"]


def batch_norm(random, shape):
    momentum, epsilon = random.choice((0.1, 0.25, 1.0)), epsilon_of(random)
    options = () if (momentum, epsilon) == (0.1, 1e-5) else (momentum, epsilon)

    def run(net):
        net.batch_norm(momentum, epsilon)

    return brackets("batch_norm", *options), run, ["batch_norm"]


def nothing(random, shape):
    """Layers that draw random numbers, by options that leave none."""
    return plain(random.choice(("dropout<0>", "gaussian_noise<0>")), lambda x: x)


def flatten(random, shape):
    return plain("flatten", lambda x: x.flatten(1))


def reshape(random, shape):
    count = math.prod(shape)
    factors = [n for n in range(1, count + 1) if count % n == 0]
    first = random.choice(factors)
    second = random.choice([n for n in factors if count // first % n == 0])
    to = random.choice(((first, second, count // first // second), (first, count // first), (count,),
                        (first, second, count // first // second, 1)) if random.random() < 0.3 else
                       ((first, second, count // first // second),))
    return plain(brackets("reshape", *to), lambda x: x.reshape(-1, *to))


# Flat samples.


def dense(random, shape, units=None):
    if units is None:
        units = random.choice(UNITS)
        if shape[0] * units > MOST_WEIGHTS:
            units = 1
    return f"dense<{units}>", lambda net: net.dense(units, limit(net.x.shape[1])), ["dense"]


# Images: height, width, channels.


def kernel_of(random, shape, most=5):
    square = random.choice((1, 2, 3, 3, 3, 4, 5))
    kernel = (square, square) if random.random() < 0.6 else (random.randint(1, most), random.randint(1, most))
    return tuple(min(size, most) for size in kernel)


def stride_of(random):
    return random.choice(((1, 1), (1, 1), (2, 2), (1, 2), (2, 1), (3, 2), (2, 3), (3, 3)))


def conv2d(random, shape, filters=None, keep=False):
    """With `keep`, of the same height and width."""
    height, width, channels = shape
    filters = filters or random.choice(CHANNELS)
    kernel = kernel_of(random, shape)
    stride = (1, 1) if keep else stride_of(random)
    dilation = random.choice(((1, 1), (1, 1), (1, 1), (2, 2), (1, 2), (3, 1)))
    groups = 1
    if channels >= 16 and random.random() < (0.7 if min(height, width) > 6 else 0.2):  # by Winograd's way, if large enough
        kernel, stride, dilation = (3, 3), (1, 1), (1, 1)
        filters = filters if keep else random.choice((16, 17))
    elif random.random() < 0.3:
        groups = random.choice([n for n in range(1, channels + 1) if channels % n == 0])
        if filters % groups != 0:
            if keep:
                groups = 1
            else:
                filters = groups * random.randint(1, 3)
    if channels // groups * filters * kernel[0] * kernel[1] > MOST_WEIGHTS:
        kernel = (1, 1)
    reach = [(window - 1) * apart + 1 for window, apart in zip(kernel, dilation)]
    padding = (0, 0)
    mode = "same" if keep else random.choice(("", "valid", "same", "same", "padding"))
    if mode == "padding":
        padding = (random.randint(0, 2), random.randint(0, 2))
    if mode != "same" and (reach[0] > height + 2 * padding[0] or reach[1] > width + 2 * padding[1]):
        mode = "same"
    options = []
    words = ["conv2d"]
    if stride != (1, 1):
        options.append(pair("stride", stride))
    if mode:
        options.append(pair("padding", padding) if mode == "padding" else mode)
    if dilation != (1, 1):
        options.append(pair("dilation", dilation))
    if groups > 1:
        options.append(f"groups<{groups}>")
        words.append("conv2d, depthwise" if groups == channels else "conv2d, groups")
    if random.random() < 0.1:
        options.append("direct")
    elif kernel == (3, 3) and stride == dilation == (1, 1) and groups == 1 and min(channels, filters) >= 16:
        words.append("conv2d, Winograd" if min(height, width) > 6 else "conv2d, 3x3 of 16 channels")
    random.shuffle(options)
    words += ["conv2d, " + option.split("<")[0] for option in options if "groups" not in option]
    padded = padding if mode == "padding" else (0, 0)
    log2 = limit(kernel[0] * kernel[1] * channels // groups)

    def run(net):
        net.conv2d(filters, kernel, log2, stride, mode == "same", padded, dilation, groups)

    return brackets("conv2d", filters, window_text(kernel), *options), run, words


def conv2d_transpose(random, shape, filters=None):
    height, width, channels = shape
    filters = filters or random.choice(CHANNELS)
    kernel, stride = kernel_of(random, shape), stride_of(random)
    if channels * filters * kernel[0] * kernel[1] > MOST_WEIGHTS:
        kernel = (1, 1)
    mode = random.choice(("", "valid", "same", "same", "padding", "padding"))
    more = tuple(random.randint(0, step - 1) for step in stride) if random.random() < 0.4 else None
    padding = (random.randint(0, 2), random.randint(0, 2)) if mode == "padding" else None
    reach = [(size - 1) * step + window + (extra if more else 0)
             for size, step, window, extra in zip((height, width), stride, kernel, more or (0, 0))]
    lost = [2 * cut for cut in padding] if padding else [window // 2 * 2 for window in kernel] if more and mode == "same" else (0, 0)
    if any(size - cut < 1 for size, cut in zip(reach, lost)):
        return None
    options = []
    if stride != (1, 1):
        options.append(pair("stride", stride))
    if mode:
        options.append(pair("padding", padding) if padding else mode)
    if more:
        options.append(pair("output_padding", more))
    random.shuffle(options)
    words = ["conv2d_transpose"] + ["conv2d_transpose, " + option.split("<")[0] for option in options]
    log2 = limit(kernel[0] * kernel[1] * channels)

    def run(net):
        net.conv2d_transpose(filters, kernel, log2, stride, mode == "same", more, padding)

    return brackets("conv2d_transpose", filters, window_text(kernel), *options), run, words


def pool(name, method):
    def draw(random, shape, keep=False):
        kernel = (3, 3) if keep else kernel_of(random, shape, 4)
        stride = (1, 1) if keep else stride_of(random) if random.random() < 0.6 else kernel
        padding = (1, 1) if keep else (0, 0)
        if not keep and random.random() < 0.4:
            padding = tuple(random.randint(0, window // 2) for window in kernel)
        if any(window > size + 2 * around for window, size, around in zip(kernel, shape, padding)):
            return None
        options = [pair("stride", stride)] if stride != kernel else []
        options += [pair("padding", padding)] if padding != (0, 0) else []
        random.shuffle(options)
        words = [name] + [f"{name}, {option.split('<')[0]}" for option in options]
        return brackets(name, window_text(kernel), *options), lambda net: method(net, kernel, stride, padding), words
    return draw


max_pool2d = pool("max_pool2d", lambda net, *options: net.max_pool2d(*options))
average_pool2d = pool("average_pool2d", lambda net, *options: net.average_pool2d(*options))


def global_average_pool2d(random, shape):
    return plain("global_average_pool2d", lambda x: x.mean((1, 2)))


def upsample2d(random, shape):
    factors = random.choice(((2, 2), (2, 2), (1, 2), (3, 2), (2, 1), (3, 3)))
    mode = random.choice(("", "nearest", "bilinear", "bilinear"))
    if mode == "bilinear":
        return plain(brackets("upsample2d", *factors, mode), lambda x: golden.from_torch(functional.interpolate(
            golden.to_torch(x), scale_factor=factors, mode="bilinear", align_corners=False)), ["upsample2d, bilinear"])
    options = factors[:1] if factors[0] == factors[1] and not mode else (*factors, mode) if mode else factors
    return plain(brackets("upsample2d", *options),
                 lambda x: x.repeat_interleave(factors[0], 1).repeat_interleave(factors[1], 2))


def zero_pad2d(random, shape):
    options = tuple(random.randint(0, 2) for _ in range(random.choice((1, 2, 4))))
    top, bottom, left, right = {1: options * 4, 2: options[:1] * 2 + options[1:] * 2, 4: options}[len(options)]
    return plain(brackets("zero_pad2d", *options), lambda x: functional.pad(x, (0, 0, left, right, top, bottom)))


ANY = (*[activation] * 9, prelu, prelu, softmax, layer_norm, layer_norm, group_norm, group_norm, batch_norm, batch_norm, nothing)
FLAT = (dense, dense, dense, dense, reshape)
IMAGE = (*[conv2d] * 5, *[conv2d_transpose] * 3, max_pool2d, max_pool2d, average_pool2d, average_pool2d, upsample2d, upsample2d,
         zero_pad2d, global_average_pool2d, flatten, reshape)
OTHER = (flatten, flatten, reshape)


def draw(random, shape, rows, keep=False):
    """A layer that takes this shape; with `keep`, one that leaves it as it is."""
    while True:
        if keep and random.random() < 0.5 and len(shape) in (1, 3):
            drawn = dense(random, shape, shape[0]) if len(shape) == 1 else random.choice(
                (lambda: conv2d(random, shape, shape[2], keep=True), lambda: max_pool2d(random, shape, keep=True),
                 lambda: average_pool2d(random, shape, keep=True)))()
        else:
            own = {1: FLAT, 3: IMAGE}.get(len(shape), OTHER)
            kinds = ANY if keep else random.choice((ANY, own, own))
            kind = random.choice(kinds)
            if kind is batch_norm and rows * math.prod(shape[:-1]) < 3:
                continue
            drawn = kind(random, shape)
        if drawn is not None:
            return drawn
