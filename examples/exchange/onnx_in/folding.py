"""What exporters compute from shapes and constants while the network runs, computed here."""

import math

import numpy

from .reading import Refused, to_array

# In a shape, in place of the number of samples.
SAMPLES = -(1 << 40)


def from_axes(node, values, default=None):
    """An operand that once was an attribute: `axes` and the like."""
    if len(values) > 1 and values[1] is not None:
        return [int(n) for n in numpy.reshape(values[1], -1)]
    return node.attributes.get("axes", default)


def constant(node, values):
    a = node.attributes
    if "value" in a:
        return to_array(a["value"], str(node))
    for name, kind in (("value_float", "f4"), ("value_floats", "f4"), ("value_int", "i8"), ("value_ints", "i8")):
        if name in a:
            return numpy.array(a[name], kind)
    raise Refused("the constant is no tensor of numbers")


def filled(node, values):
    shape = [int(n) for n in values[0]]
    if any(n < 0 for n in shape):
        raise Refused(f"a constant of shape {shape}")
    value = to_array(node.attributes["value"], str(node)) if "value" in node.attributes else numpy.zeros(1, "f4")
    return numpy.full(shape, value.reshape(-1)[0])


def gather(node, values):
    return numpy.take(values[0], numpy.asarray(values[1]).astype(int), node.attributes.get("axis", 0))


def part(node, values):
    if len(values) == 1:
        starts, ends, axes, steps = (node.attributes.get(key) for key in ("starts", "ends", "axes", "steps"))
    else:
        starts, ends, axes, steps = (list(values[1:]) + [None, None])[:4]
    data = values[0]
    axes = range(len(starts)) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    where = [slice(None)] * data.ndim
    for begin, end, axis, step in zip(starts, ends, axes, steps):
        where[int(axis)] = slice(int(begin), int(end), int(step))
    return data[tuple(where)]


def cast(node, values):
    kinds = {1: "f4", 6: "i4", 7: "i8", 9: "?", 10: "f2", 11: "f8"}
    if node.attributes["to"] not in kinds:
        raise Refused(f"a cast to type {node.attributes['to']}")
    return values[0].astype(kinds[node.attributes["to"]])


def squeeze(node, values):
    axes = from_axes(node, values)
    return numpy.squeeze(values[0], None if axes is None else tuple(axes))


def unsqueeze(node, values):
    return numpy.expand_dims(values[0], tuple(from_axes(node, values)))


def expand(node, values):
    return numpy.broadcast_to(values[0], expanded(values))


def divide(node, values):
    if values[0].dtype.kind in "iu":
        return numpy.trunc(values[0] / values[1]).astype(values[0].dtype)
    return values[0] / values[1]


# These hand the number of samples on.
MOVING = {
    "Gather": gather, "Slice": part, "Cast": cast, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Expand": expand,
    "Identity": lambda node, v: v[0], "Concat": lambda node, v: numpy.concatenate([*v], node.attributes["axis"]),
    "Reshape": lambda node, v: v[0].reshape([int(n) for n in v[1]]),
    "Transpose": lambda node, v: v[0].transpose(node.attributes.get("perm")), "Constant": constant,
}
COMPUTING = {
    "ConstantOfShape": filled, "Shape": lambda node, v: numpy.array(v[0].shape, "i8"), "Div": divide,
    "Add": lambda node, v: v[0] + v[1], "Sub": lambda node, v: v[0] - v[1], "Mul": lambda node, v: v[0] * v[1],
    "Neg": lambda node, v: -v[0], "Sqrt": lambda node, v: numpy.sqrt(v[0]), "Floor": lambda node, v: numpy.floor(v[0]),
    "Ceil": lambda node, v: numpy.ceil(v[0]), "Reciprocal": lambda node, v: 1 / v[0],
    "Pow": lambda node, v: v[0] ** v[1], "Exp": lambda node, v: numpy.exp(v[0]),
}


def expanded(values):
    return numpy.broadcast_shapes(values[0].shape, tuple(int(n) for n in values[1]))


def count_made(node, values):
    """How many numbers a node of constants makes; 0 of one that shows what there is in another shape."""
    arrays = [value for value in values if value is not None]
    if node.op == "ConstantOfShape":
        return numpy.prod([max(float(n), 0.0) for n in arrays[0]])
    if node.op == "Expand":
        return numpy.prod([float(n) for n in expanded(arrays)])
    if node.op == "Gather":
        return arrays[0].size // max(arrays[0].shape[node.attributes.get("axis", 0)], 1) * arrays[1].size
    if node.op in ("Concat", "Cast"):
        return sum(array.size for array in arrays)
    return math.prod(numpy.broadcast_shapes(*(array.shape for array in arrays))) if node.op in COMPUTING else 0


def fold(node, values):
    """What a node of constants computes; None where that is not known."""
    compute = MOVING.get(node.op) or COMPUTING.get(node.op)
    if compute is None:
        return None
    arrays = [value for value in values if value is not None]
    if node.op not in MOVING and any(a.dtype.kind == "i" and (a == SAMPLES).any() for a in arrays):
        raise Refused("it computes with the number of samples")
    with numpy.errstate(all="ignore"):
        return numpy.asarray(compute(node, values))
