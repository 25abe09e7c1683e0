#!/usr/bin/env python3
"""An ONNX file as a network of Strata: NAME.hpp with its type, and NAME.safetensors with its weights, which strata::load takes.

usage: from_onnx.py MODEL.onnx NAME [--shape INPUT=N,C,H,W]...

NAME may have a folder before it; its last part is what the type is called. --shape says the sizes of an input that the file
leaves open (write N for the number of samples, which stays free).

    #include "lenet.hpp"
    strata::model<lenet> net;
    strata::load("lenet.safetensors", net);
    auto scores = strata::predict(net, image);

ONNX's images are channels first, Strata's channels last: an input of N x 3 x 224 x 224 becomes one of 224 x 224 x 3, and so do
outputs. Weights are turned round, also those behind and in front of a flattened image. What has no counterpart is named,
with the node, its operator, and the reason; nothing is written then. Needs Debian's python3-onnx.
"""

import os
import re
import sys

import safetensors_file
from safetensors_file import Refused, one_line, printable

KEYWORDS = set("""alignas alignof and asm auto bitand bitor bool break case catch char class co_await co_return co_yield compl
concept const const_cast consteval constexpr constinit continue decltype default delete do double dynamic_cast else enum explicit
export extern false float for friend goto if inline int long main mutable namespace new noexcept not nullptr operator or private
protected public register reinterpret_cast requires return short signed sizeof static static_assert static_cast std strata struct
switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
xor""".split())
# Members of strata::network, which a type of the same name would hide.
MEMBERS = {"layers", "topology", "layer_count", "table", "inputs", "outputs", "input", "output"}


def describe_end(what, name, shape, onnx_sizes):
    text = f'// {what} "{name}": {" x ".join(map(str, shape))}'
    if list(shape) != list(onnx_sizes):
        text += f' (ONNX: N x {" x ".join(map(str, onnx_sizes))})'
    return text


def order_note(value):
    """What is to be said of a flat value that was, or becomes, an image."""
    leaves, order = value.leaves(), value.layout.leaves()
    if len(value.groups) != 1 or order == leaves:
        return ""
    return ", in the order of an image whose channels come last, not first as in ONNX"


def header(name, path, graph, kept, translation, listing, outputs):
    from onnx_in import writing

    entries = writing.text_of_list(listing)
    if name in re.findall(r"\w+", re.sub(r'"[^"]*"|//.*', "", entries)):
        raise Refused(f'"{name}" cannot be the name of the type: it is that of an entry in its list')
    lines = [f"// {name}: from {' '.join(os.path.basename(path).split())} by examples/exchange/from_onnx.py"
             f" ({' '.join(graph.producer.split()) or 'unknown producer'}, operator set {graph.operator_set}).", "//"]
    for one, _, _ in graph.inputs:
        value = translation.values[one]
        if value.entry not in kept:
            continue
        lines.append(describe_end("In: ", one, value.entry.shape, value.sizes()) + order_note(value))
    order = {id(line.entry): k for k, line in enumerate(listing.lines) if line.entry is not None}
    for one, value in sorted(outputs, key=lambda pair: order.get(id(pair[1].entry), 0)):
        lines.append(describe_end("Out:", one, value.shape, value.sizes()) + order_note(value))
    lines = [printable(line) for line in lines]
    return "\n".join(lines) + f"""
#pragma once

#include "strata/core.hpp"

namespace {name}_entries {{

using namespace strata;

struct {name}
    : strata::network<
{entries}
}} // namespace {name}_entries

using {name}_entries::{name};
"""


def translate(path, name, shapes):
    """The header and the tensors. Raises Refused."""
    from onnx_in import operators, reading, writing

    graph = reading.read(path)
    unknown = set(shapes) - {one for one, _, _ in graph.inputs}
    if unknown:
        raise Refused(f"there is no input {sorted(unknown)[0]}")
    reading.fuse(graph)
    reading.drop_unread(graph)
    translation = operators.Translation(graph, shapes)
    outputs = translation.run()
    outside = writing.Outside({id(value.entry): one for one, value in outputs})
    kept = reachable(translation.entries, outputs)
    nodes = writing.form_blocks(kept, outside)
    listing = writing.Listing(nodes, outside)
    return header(name, path, graph, kept, translation, listing, outputs), listing.tensors(), \
        find_notes(name, graph, kept, translation, listing, outputs)


def find_notes(name, graph, kept, translation, listing, outputs):
    """What of the file's ends is otherwise in Strata."""
    from onnx_in import writing

    readers, notes, seen = writing.count_readers(kept), [], {}
    for one, value in outputs:
        base = value.entry
        while base.kind == "view":
            base = base.operands[0]
        if id(base) in seen:
            notes.append(f'outputs "{seen[id(base)]}" and "{one}" are one value, which the network gives once')
        elif id(value.entry) in readers:
            notes.append(f'output "{one}" is read within the network, too, so that the network does not give it; until<{name}, '
                         f'"{listing.marks.get(id(value.entry), "...")}"> does')
        seen[id(base)] = one
    for one, _, _ in graph.inputs:
        if translation.values[one].entry not in kept:
            notes.append(f'input "{one}" is read by nothing, and left out')
    ends = [(one, translation.values[one]) for one, _, _ in graph.inputs] + outputs
    return notes + [f'"{one}" is flat{order_note(value)}' for one, value in ends if order_note(value)]


def reachable(entries, outputs):
    """What an output depends on."""
    wanted = {id(value.entry) for _, value in outputs}
    kept = []
    for entry in reversed(entries):
        if id(entry) in wanted:
            wanted |= {id(operand) for operand in entry.operands}
            kept.append(entry)
    return kept[::-1]


def parse(arguments):
    """Path, name and shapes. Ends the program where the arguments are no such."""
    places, shapes = [], {}
    rest = iter(arguments)
    for one in rest:
        if one == "--shape":
            told = re.fullmatch(r"(.+)=(N|\d+)((?:,[1-9]\d{0,8})+)", next(rest, ""))
            if told is None:
                sys.exit('--shape is followed by an input and its sizes: --shape "input=N,3,224,224"')
            shapes[told[1]] = [told[2] if told[2] == "N" else int(told[2]), *(int(n) for n in told[3][1:].split(","))]
        else:
            places.append(one)
    if len(places) != 2 or any(one.startswith("--") for one in places):
        sys.exit(__doc__.strip())
    name = os.path.basename(places[1])
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or name in KEYWORDS | MEMBERS or "__" in name:
        sys.exit(f'from_onnx.py: "{name}" cannot be the name of a type')
    return places[0], places[1], name, shapes


def main():
    path, target, name, shapes = parse(sys.argv[1:])
    try:
        import numpy
        import onnx  # noqa: F401
    except ImportError:
        sys.exit("from_onnx.py: there is no Python package onnx, or no numpy (Debian's python3-onnx brings both)")
    try:
        with numpy.errstate(all="ignore"):  # of numbers that are none
            text, tensors, notes = translate(path, name, shapes)
    except Refused as error:
        sys.exit("\n".join(f"from_onnx.py: {path}: {line}" for line in str(error).splitlines()))
    except Exception as error:  # whatever else a damaged file leads to
        sys.exit(f"from_onnx.py: {path}: this file cannot be translated ({type(error).__name__}: {one_line(error)})")
    try:
        with open(target + ".safetensors", "wb") as file:
            file.write(safetensors_file.to_bytes(tensors))
        with open(target + ".hpp", "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        sys.exit(f"from_onnx.py: {error.filename}: {error.strerror}")
    for note in notes:
        print(f"from_onnx.py: {printable(note)}", file=sys.stderr)


if __name__ == "__main__":
    main()
