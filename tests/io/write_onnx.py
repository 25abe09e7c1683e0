#!/usr/bin/env python3
"""Networks that write_onnx wrote, run by others: write_onnx.py PROGRAM, which is onnx_writer.cpp's.

python3-onnx checks each file. OpenCV's dnn module runs what version 4.6 of it can, and PyTorch's functions, called node by
node as ONNX describes the operators, all of them; outputs are Strata's to 1e-5 of the largest. Ends with 77 (skipped) where
there is no python3-onnx, no OpenCV or no PyTorch.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import cv2
    import numpy
    import onnx
    import torch
    from onnx import numpy_helper
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
import exchange
import onnx_nodes

# OpenCV 4.6 has no doubles, and takes no means over channels and broadcasts no values beside others.
NOT_FOR_OPENCV = {"doubles", "group_norms", "norms", "shapes"}
TOLERANCE = 1e-5
HERE = pathlib.Path(__file__).resolve().parent


def channels_first(values):
    return numpy.ascontiguousarray(numpy.moveaxis(values, -1, 1)) if values.ndim == 4 else values


def run_opencv(whole, inputs):
    model = onnx.ModelProto()
    model.CopyFrom(whole)
    constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Clip":  # which OpenCV 4.6 takes with the bounds as attributes, as ONNX had them before
            low, high = (float(constants[name]) for name in node.input[1:])
            del node.input[1:]
            node.attribute.extend([onnx.helper.make_attribute("min", low), onnx.helper.make_attribute("max", high)])
    net = cv2.dnn.readNetFromONNX(numpy.frombuffer(model.SerializeToString(), "u1"))
    for one, x in zip(model.graph.input, inputs):
        net.setInput(x, one.name)
    return net.forward([one.name for one in model.graph.output])


def difference(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected):
        assert one.shape == other.shape, (one.shape, other.shape)
    return max(float(abs(one - other).max()) / max(1.0, float(abs(other).max())) for one, other in zip(found, expected))


def check(path):
    name = os.path.basename(path)
    model = onnx.load(path + ".onnx")
    onnx.checker.check_model(model, full_check=True)
    for one in [*model.graph.input, *model.graph.output]:
        assert one.type.tensor_type.shape.dim[0].dim_param == "N", one
    tensors, _, _ = exchange.read(path + ".safetensors")
    inputs = [channels_first(tensors[f"input {k}"][1]).copy() for k in range(len(model.graph.input))]
    expected = [channels_first(tensors[f"output {k}"][1]) for k in range(len(model.graph.output))]
    told = f"{name}: {len(model.graph.node)} nodes"
    for rows in (slice(None), slice(0, 1)):  # any number of samples
        given, wanted = [x[rows] for x in inputs], [y[rows] for y in expected]
        worst = difference(onnx_nodes.run(model, given), wanted)
        assert worst < TOLERANCE, (name, worst)
        told += f", by PyTorch's functions {worst:.1e}"
        if name not in NOT_FOR_OPENCV:
            worst = difference(run_opencv(model, given), wanted)
            assert worst < TOLERANCE, (name, worst)
            told += f", by OpenCV {worst:.1e}"
    print(told + (" (not by OpenCV)" if name in NOT_FOR_OPENCV else ""))
    return model


def check_that_all_are_there():
    """Every layer and join of Strata's is in some network that was written."""
    with open(HERE / "onnx_writer.cpp", encoding="utf-8") as file:
        written = file.read()
    include = HERE.parents[1] / "include" / "strata"
    layers = {header.stem for header in (include / "layers").glob("*.hpp")} - {"activation", "noise", "pooling", "window"}
    joins = set(re.findall(r"^struct (\w+) : join_defaults", (include / "graph" / "joins.hpp").read_text(encoding="utf-8"), re.M))
    assert len(layers) > 20 and len(joins) >= 4
    missing = {name for name in layers | joins if not re.search(rf"\b{name}\b", written)}
    assert not missing, f"onnx_writer.cpp has no network with {sorted(missing)}"


def main():
    check_that_all_are_there()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        names = sorted(name[:-5] for name in os.listdir(folder) if name.endswith(".onnx"))
        models = {name: check(os.path.join(folder, name)) for name in names}
    ends = {name: [[one.name for one in side] for side in (model.graph.input, model.graph.output)]
            for name, model in models.items()}
    # By marks, where there are some; parameters as in files of weights.
    assert ends["two_heads"] == [["input"], ["digit", "style"]], ends["two_heads"]
    assert ends["conditional"] == [["noise", "input"], ["output"]], ends["conditional"]
    assert ends["encoder"] == [["input"], ["code"]] and ends["decoder"] == [["code"], ["output"]], ends
    assert ends["late"] == [["fine", "code"], ["output"]] and ends["paths"] == [["input"], ["flat"]], ends
    assert {"0.weight", "trunk.0.bias", "digit.0.weight"} <= {one.name for one in models["two_heads"].graph.initializer}
    assert {"fine", "code"} <= {node.output[0] for node in models["unet"].graph.node}
    # Weights that are shared stand there once.
    assert sum(len(one.dims) == 2 for one in models["tied"].graph.initializer) == 1
    assert sum(len(one.dims) == 4 for one in models["twins"].graph.initializer) == 1
    print(f"{len(names)} networks, operators: {', '.join(sorted({n.op_type for m in models.values() for n in m.graph.node}))}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    main()
