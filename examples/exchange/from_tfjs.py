#!/usr/bin/env python3
"""The weights of a TensorFlow.js layers model as a safetensors file, which strata::load takes.

usage: from_tfjs.py MODEL.json OUT.safetensors [--names]

MODEL.json is what model.save() of TensorFlow.js wrote, or tensorflowjs_converter made of a Keras model; the files of its
weights lie beside it. Weights that were quantised to 8 or 16 bits are taken back to F32. Tensors are called by their layer's
place in the model, as "0.kernel", and load(path, net, keras) closes the gaps of layers without weights; with --names by the
layer's own name, as "dense_1.kernel", for load(path, net, keras.with_names({{"0", "dense_1"}, ...})). Layers of a model within
the model are counted in its place. Needs NumPy.
"""

import collections
import json
import math
import os

import safetensors_file
from keras_weights import list_layers, member, name_tensors
from safetensors_file import Refused

TYPES = {"float32": "<f4", "int32": "<i4", "bool": "?"}
QUANTISED = {"uint8": "u1", "uint16": "<u2", "float16": "<f2"}
MOST_AXES = 16


def read_files(folder, paths, taken, place):
    """What stands in the files of a group, one after the other. Each file belongs to one place alone."""
    data = []
    for path in paths:
        if not isinstance(path, str) or not path.isprintable() or os.path.isabs(path) or ".." in path.replace("\\", "/").split("/"):
            raise Refused(f"weights of {place} lie in {path}, which is outside of the model's folder")
        whole = os.path.realpath(os.path.join(folder, path))
        if whole in taken or (os.path.exists(whole) and not os.path.isfile(whole)):
            raise Refused(f"weights of {place} lie in {path}, which is no file, or listed twice")
        taken.add(whole)
        with open(whole, "rb") as file:
            data.append(file.read())
    return b"".join(data)


def unpack(values, packed, kind, place):
    """Weights that were quantised."""
    import numpy

    numbers = [packed.get("scale"), packed.get("min")]
    if kind == "float16":
        return values.astype("f4")
    if not all(isinstance(one, (int, float)) and abs(one) < 1e38 for one in numbers):
        raise Refused(f"{place}.quantization has a scale of {numbers[0]} and a min of {numbers[1]}")
    return values.astype("f4") * numpy.float32(numbers[0]) + numpy.float32(numbers[1])


def read_group(folder, group, taken, place):
    """The weights of one group by name: its files are one array of bytes, in which they lie one after the other."""
    import numpy

    paths, listed = member(group, "paths", list, place), member(group, "weights", list, place)
    data, begin = read_files(folder, paths, taken, place), 0
    for k, weight in enumerate(listed):
        here = f"{place}.weights[{k}]"
        name, shape = member(weight, "name", str, here), member(weight, "shape", list, here)
        packed = member(weight, "quantization", dict, here) if weight.get("quantization") else None
        kind = member(packed or weight, "dtype", str, here)
        if kind not in (QUANTISED if packed else TYPES):
            raise Refused(f"{name} has elements of type {kind}, which are no weights")
        if len(shape) > MOST_AXES or not all(type(size) is int and 0 < size < 1 << 40 for size in shape):
            raise Refused(f"{name} has a shape of {shape}")
        dtype, count = numpy.dtype((QUANTISED if packed else TYPES)[kind]), math.prod(shape)
        end = begin + dtype.itemsize * count
        if end > len(data):
            raise Refused(f"{name} ends at byte {end}, but {', '.join(paths)} have {len(data)}")
        values = numpy.frombuffer(data, dtype, count, begin).reshape(shape)
        yield name, unpack(values, packed, kind, here) if packed else values
        begin = end
    if begin != len(data):
        raise Refused(f"{', '.join(paths)} have {len(data)} bytes, but the weights take {begin}")


def read(path, keep_names=False):
    with open(path, "rb") as file:
        try:
            model = json.load(file)
        except (ValueError, RecursionError) as error:
            raise Refused(f"this is no JSON: {error}")
    if not isinstance(model, dict) or "weightsManifest" not in model:
        raise Refused("this is no model.json of TensorFlow.js: it has no weightsManifest")
    topology = model.get("modelTopology")
    if not isinstance(topology, dict) or model.get("format", "layers-model") != "layers-model" or "node" in topology:
        raise Refused("this is no layers model: a graph model has no layers, and goes by from_onnx.py")
    layers = list_layers(topology.get("model_config", topology), "modelTopology")
    weights, taken = {name: {} for name, _ in layers}, set()
    for k, group in enumerate(member(model, "weightsManifest", list, "the model")):
        for name, values in read_group(os.path.dirname(path), group, taken, f"weightsManifest[{k}]"):
            parts = name.split("/")
            layer = next((one for one in reversed(parts[:-1]) if one in weights), None)
            if layer is None:
                raise Refused(f"there is no layer that {name} belongs to")
            if weights[layer].setdefault(parts[-1], values) is not values:
                raise Refused(f"two weights of layer {layer} are called {parts[-1]}")
    for name, times in collections.Counter(name for name, _ in layers).items():
        if times > 1 and weights[name]:
            raise Refused(f"two layers are called {name}")
    return name_tensors([(name, kind, weights[name]) for name, kind in layers], keep_names)


if __name__ == "__main__":
    safetensors_file.main_with_names("from_tfjs.py", __doc__, "numpy", read)
