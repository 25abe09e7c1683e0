"""ONNX's operators by PyTorch's functions, node by node as ONNX describes them: for write_onnx.py and read_onnx.py."""

import numpy
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional


class Unknown(Exception):
    """An operator, or one of its attributes, that is not known here."""


def only(holds):
    if not holds:
        raise Unknown


def padding(x, a, strides, dilations=(1, 1), kernel=None):
    """Top, left, bottom, right."""
    kind = a.get("auto_pad", b"NOTSET").decode()
    if not kind.startswith("SAME"):
        return a.get("pads", (0, 0, 0, 0)) if kind == "NOTSET" else (0, 0, 0, 0)
    sides = []
    for n, k, s, d in zip(x.shape[2:], kernel or a["kernel_shape"], strides, dilations):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        sides.append((total // 2, total - total // 2) if kind == "SAME_UPPER" else (total - total // 2, total // 2))
    return sides[0][0], sides[1][0], sides[0][1], sides[1][1]


def framed(x, sides, value=0.0):
    top, left, bottom, right = sides
    return functional.pad(x, (left, right, top, bottom), value=value)


def conv(a, x, w, b=None):
    strides, dilations = a.get("strides", [1, 1]), a.get("dilations", [1, 1])
    x = framed(x, padding(x, a, strides, dilations, w.shape[2:]))
    return functional.conv2d(x, w, b, strides, 0, dilations, a.get("group", 1))


def conv_transpose(a, x, w, b=None):
    only("output_shape" not in a and a.get("auto_pad", b"NOTSET") == b"NOTSET")
    whole = functional.conv_transpose2d(x, w, None, a.get("strides", [1, 1]), 0, 0, a.get("group", 1), a.get("dilations", [1, 1]))
    down, across = a.get("output_padding", (0, 0))
    whole = functional.pad(whole, (0, across, 0, down))
    top, left, bottom, right = a.get("pads", (0, 0, 0, 0))
    whole = whole[:, :, top : whole.shape[2] - bottom, left : whole.shape[3] - right]
    return whole if b is None else whole + b.view(1, -1, 1, 1)


def max_pool(a, x):
    strides = a.get("strides", [1, 1])
    x = framed(x, padding(x, a, strides), -numpy.inf)
    return functional.max_pool2d(x, a["kernel_shape"], strides, 0, a.get("dilations", 1), bool(a.get("ceil_mode", 0)))


def average_pool(a, x):
    strides = a.get("strides", [1, 1])
    sides = padding(x, a, strides)
    only(not a.get("ceil_mode", 0) and (not any(sides) or a.get("count_include_pad", 0)))
    return functional.avg_pool2d(framed(x, sides), a["kernel_shape"], strides)


def gemm(a, x, w, b=None):
    y = a.get("alpha", 1.0) * ((x.T if a.get("transA") else x) @ (w.T if a.get("transB") else w))
    return y if b is None else y + a.get("beta", 1.0) * b


def batch_norm(a, x, w, b, mean, var):
    shape = [1, -1] + [1] * (x.ndim - 2)
    w, b, mean, var = (one.reshape(shape) for one in (w, b, mean, var))
    return (x - mean) / torch.sqrt(var + a.get("epsilon", 1e-5)) * w + b


def layer_norm(a, x, w, b=None):
    axes = list(range(a.get("axis", -1) % x.ndim, x.ndim))
    y = x - x.mean(axes, keepdim=True)
    y = y / torch.sqrt((y * y).mean(axes, keepdim=True) + a.get("epsilon", 1e-5)) * w
    return y if b is None else y + b


def resize(a, x, roi, scales, sizes=None):
    if scales is not None and scales.numel():
        sizes = [int(numpy.floor(n * float(s))) for n, s in zip(x.shape, scales)]
    sizes = [int(n) for n in sizes[2:]]
    mode, where = a.get("mode", b"nearest").decode(), a.get("coordinate_transformation_mode", b"half_pixel").decode()
    if mode == "linear":
        only(where in ("half_pixel", "pytorch_half_pixel"))
        return functional.interpolate(x, size=sizes, mode="bilinear", align_corners=False)
    only(mode == "nearest" and where == "asymmetric" and a.get("nearest_mode", b"") == b"floor")
    return functional.interpolate(x, size=sizes, mode="nearest")


def reshape(a, x, shape):
    return x.reshape([x.shape[k] if n == 0 and not a.get("allowzero") else n for k, n in enumerate(shape.tolist())])


def pad(a, x, sides, value=None):
    only(a.get("mode", b"constant") == b"constant")
    ends = sides.tolist()
    return functional.pad(x, [n for k in reversed(range(x.ndim)) for n in (ends[k], ends[k + x.ndim])],
                          value=0.0 if value is None else float(value))


def part(a, x, starts, ends, axes):
    where = [slice(None)] * x.ndim
    for begin, end, axis in zip(starts.tolist(), ends.tolist(), axes.tolist()):
        where[axis] = slice(begin, end)
    return x[tuple(where)]


def flatten(a, x):
    axis = a.get("axis", 1)
    return x.reshape(int(numpy.prod(x.shape[: axis + x.ndim if axis < 0 else axis])), -1)


def divide(a, x, y):
    return x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="trunc")


def clip(a, x, low=None, high=None):
    x = x if low is None else torch.maximum(x, low)
    return x if high is None else torch.minimum(x, high)


def by_axes(change):
    def compute(a, x, axes=None):
        axes = a.get("axes") if axes is None else axes.tolist()
        return torch.from_numpy(numpy.array(change(x.numpy(), None if axes is None else tuple(axes))))
    return compute


OPERATORS = {
    "Relu": lambda a, x: x.relu(), "Sigmoid": lambda a, x: x.sigmoid(), "Tanh": lambda a, x: x.tanh(),
    "Erf": lambda a, x: torch.erf(x), "Sqrt": lambda a, x: x.sqrt(), "Identity": lambda a, x: x, "Dropout": lambda a, x, *_: x,
    "Softplus": lambda a, x: torch.log1p(torch.exp(x)), "Neg": lambda a, x: -x, "Pow": lambda a, x, y: x**y, "Clip": clip,
    "LeakyRelu": lambda a, x: torch.where(x < 0, x * a.get("alpha", 0.01), x),
    "Elu": lambda a, x: torch.where(x < 0, a.get("alpha", 1.0) * torch.expm1(x), x),
    "PRelu": lambda a, x, slope: torch.where(x < 0, x * slope, x),
    "HardSigmoid": lambda a, x: torch.clamp(a.get("alpha", 0.2) * x + a.get("beta", 0.5), 0, 1),
    "HardSwish": lambda a, x: x * torch.clamp(x / 6 + 0.5, 0, 1), "Softmax": lambda a, x: x.softmax(a.get("axis", -1)),
    "Add": lambda a, x, y: x + y, "Sub": lambda a, x, y: x - y, "Mul": lambda a, x, y: x * y, "Div": divide,
    "Max": lambda a, x, y: torch.maximum(x, y), "Min": lambda a, x, y: torch.minimum(x, y), "Sum": lambda a, *x: sum(x),
    "GlobalMaxPool": lambda a, x: x.amax((2, 3), keepdim=True), "Concat": lambda a, *x: torch.cat(x, a["axis"]), "Gemm": gemm,
    "MatMul": lambda a, x, w: x @ w, "Conv": conv, "ConvTranspose": conv_transpose, "MaxPool": max_pool, "AveragePool": average_pool,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "ReduceMean": lambda a, x: x.mean(a.get("axes", list(range(x.ndim))), keepdim=bool(a.get("keepdims", 1))),
    "BatchNormalization": batch_norm, "LayerNormalization": layer_norm, "Flatten": flatten, "Reshape": reshape, "Slice": part,
    "Transpose": lambda a, x: x.permute(*a.get("perm", list(range(x.ndim))[::-1])), "Resize": resize, "Pad": pad,
    "Unsqueeze": by_axes(numpy.expand_dims), "Squeeze": by_axes(numpy.squeeze),
    "Shape": lambda a, x: torch.tensor(x.shape)[a.get("start") : a.get("end")],
    "Gather": lambda a, x, i: torch.from_numpy(numpy.array(numpy.take(x.numpy(), i.numpy(), a.get("axis", 0)))),
    "Constant": lambda a: torch.from_numpy(numpy_helper.to_array(a["value"]).copy()),
}


def run(model, inputs):
    """The outputs of a model for these inputs. Raises Unknown, or what a function does that is given what it does not take."""
    values = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in model.graph.initializer}
    values |= {one.name: torch.from_numpy(x) for one, x in zip(model.graph.input, inputs)} | {"": None}
    for node in model.graph.node:
        only(node.op_type in OPERATORS and len(node.output) == 1)
        attributes = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](attributes, *(values[name] for name in node.input))
    return [values[one.name].numpy() for one in model.graph.output]
