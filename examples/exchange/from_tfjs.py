#!/usr/bin/env python3
"""The weights of a TensorFlow.js layers model as a safetensors file, which strata::load takes.

usage: from_tfjs.py MODEL.json OUT.safetensors [--names]

MODEL.json is what model.save() of TensorFlow.js wrote, or tensorflowjs_converter made of a Keras model; the files of its
weights lie beside it. Weights that were quantised to 8 or 16 bits are taken back to F32. Tensors are called by their layer's
place in the model, as "0.kernel", and load(path, net, keras) closes the gaps of layers without weights; with --names by the
layer's own name, as "dense_1.kernel", for load(path, net, keras.with_names({{"0", "dense_1"}, ...})). Layers of a model within
the model are counted in its place. Needs NumPy.
"""

import json
import math
import os

import safetensors_file
from safetensors_file import Refused

TYPES = {"float32": "<f4", "int32": "<i4", "bool": "?"}
QUANTISED = {"uint8": "u1", "uint16": "<u2", "float16": "<f2"}


def read_group(folder, group):
    """The weights of one group by name: its files are one array of bytes, in which they lie one after the other."""
    import numpy

    data = b""
    for path in group["paths"]:
        if os.path.isabs(path) or ".." in path.split("/"):
            raise Refused(f"weights lie in {path}, which is outside of the model's folder")
        with open(os.path.join(folder, path), "rb") as file:
            data += file.read()
    begin = 0
    for weight in group["weights"]:
        name, shape, packed = weight["name"], weight["shape"], weight.get("quantization")
        kind = packed["dtype"] if packed else weight["dtype"]
        if kind not in (QUANTISED if packed else TYPES):
            raise Refused(f"{name} has elements of type {kind}, which are no weights")
        if not all(isinstance(size, int) and size >= 0 for size in shape):
            raise Refused(f"{name} has a shape of {shape}")
        dtype = numpy.dtype((QUANTISED if packed else TYPES)[kind])
        end = begin + dtype.itemsize * math.prod(shape)
        if end > len(data):
            raise Refused(f"{name} ends at byte {end}, but {', '.join(group['paths'])} have {len(data)}")
        values = numpy.frombuffer(data[begin:end], dtype).reshape(shape)
        if packed:
            values = values.astype("f4")
            if kind != "float16":
                values = values * numpy.float32(packed["scale"]) + numpy.float32(packed["min"])
        yield name, values
        begin = end
    if begin != len(data):
        raise Refused(f"{', '.join(group['paths'])} have {len(data)} bytes, but the weights take {begin}")


def read(path, keep_names=False):
    from keras_weights import list_layers, name_tensors

    with open(path, "rb") as file:
        try:
            model = json.load(file)
        except ValueError as error:
            raise Refused(f"this is no JSON: {error}")
    if not isinstance(model, dict) or "weightsManifest" not in model:
        raise Refused("this is no model.json of TensorFlow.js: it has no weightsManifest")
    topology = model.get("modelTopology")
    if not isinstance(topology, dict) or model.get("format", "layers-model") != "layers-model" or "node" in topology:
        raise Refused("this is no layers model: a graph model has no layers, and goes by from_onnx.py")
    layers = list_layers(topology.get("model_config", topology))
    weights = {name: {} for name, _ in layers}
    for group in model["weightsManifest"]:
        for name, values in read_group(os.path.dirname(path), group):
            parts = name.split("/")
            layer = next((one for one in reversed(parts[:-1]) if one in weights), None)
            if layer is None:
                raise Refused(f"there is no layer that {name} belongs to")
            if weights[layer].setdefault(parts[-1], values) is not values:
                raise Refused(f"two weights of layer {layer} are called {parts[-1]}")
    return name_tensors([(name, kind, weights[name]) for name, kind in layers], keep_names)


if __name__ == "__main__":
    safetensors_file.main_with_names("from_tfjs.py", __doc__, "numpy", read)
