"""Entries of a Strata network, as the translation makes them: layers, joins, inputs."""

import numpy


class Entry:
    """`text` is how Strata writes it, a join's without its marks. `operands` are the entries whose values it reads;
    `parameters` functions that give an array each, by name, called once all orders are settled."""

    def __init__(self, kind, text, operands, shape, origin="", parameters=None):
        self.kind, self.text, self.operands, self.shape, self.origin = kind, text, list(operands), tuple(shape), origin
        self.parameters = parameters or {}
        self.moves = []  # (scale, shift) of what was folded into it
        self.is_join = kind in ("add", "multiply", "subtract", "concat")


def number(value):
    """A float as C++ writes it, as short as it can be."""
    return repr(float(str(numpy.float32(value)))).removesuffix(".0")


def size(pair):
    """3 for a square, kernel<3, 5> for another."""
    return str(pair[0]) if pair[0] == pair[1] else f"kernel<{pair[0]}, {pair[1]}>"


def option(name, pair, usual):
    """", stride<2>", or nothing where it is the usual pair."""
    if tuple(pair) == tuple(usual):
        return ""
    return f", {name}<{pair[0]}>" if pair[0] == pair[1] else f", {name}<{pair[0]}, {pair[1]}>"


def fold_affine(entries, read_outside, take):
    """Products with constants and sums with them become part of the layer before, where nobody else reads that; else they
    are a batch_norm of fixed statistics. `take` is told how many bytes of numbers are made."""
    readers = {}
    for entry in entries:
        for operand in entry.operands:
            readers.setdefault(id(operand), []).append(entry)
    replaced, kept = {}, []
    for entry in entries:
        entry.operands = [replaced.get(id(operand), operand) for operand in entry.operands]
        if entry.kind != "affine":
            kept.append(entry)
            continue
        before, scale, shift = entry.operands[0], entry.parameters["scale"], entry.parameters["shift"]
        alone = len(readers.get(id(before), [])) == 1 and id(before) not in read_outside
        if before.kind in ("dense", "conv2d", "conv2d_transpose", "batch_norm", "layer_norm") and alone:
            scale_parameters(before, scale, shift)
            before.origin = entry.origin or before.origin
            replaced[id(entry)] = before
            readers[id(before)] = readers.get(id(entry), [])
            if id(entry) in read_outside:
                read_outside.add(id(before))
            continue
        channels = entry.shape[-1]
        take(16 * channels)
        entry.kind, entry.text = "batch_norm", "batch_norm<0.1, 1e-12>"
        entry.parameters = {"weight": lambda f=scale, n=channels: numpy.broadcast_to(f(), n),
                            "bias": lambda f=shift, n=channels: numpy.broadcast_to(f(), n),
                            "running_mean": lambda n=channels: numpy.zeros(n),
                            "running_var": lambda n=channels: numpy.ones(n)}
        kept.append(entry)
    return kept, replaced


def scale_parameters(entry, scale, shift):
    """What comes out times scale, plus shift, for each place of the last axis."""
    entry.moves.append((scale, shift))
    if len(entry.moves) > 1:
        return
    weight, bias, kind, moves = entry.parameters["weight"], entry.parameters["bias"], entry.kind, entry.moves

    def scaled_weight():
        found = weight()
        for factor, _ in moves:
            if kind == "conv2d_transpose":  # height x width x filters x channels
                found = found * numpy.reshape(factor(), (-1, 1))
            else:  # dense: inputs x units, conv2d: height x width x channels x filters
                found = found * factor()
        return found

    def moved_bias():
        found = bias()
        for factor, more in moves:
            found = found * factor() + more()
        return found

    entry.parameters = {**entry.parameters, "weight": scaled_weight, "bias": moved_bias}
