#!/usr/bin/env python3
"""Weights of Keras's layers through examples/exchange: read_keras.py PROGRAM, which is keras_reader.cpp's.

Files in the layouts that TensorFlow.js and Keras document, written here, go through from_tfjs.py and from_keras.py and into a
network, whose outputs are those of Keras's definitions of its layers in NumPy. Keras itself is not run. Damaged files end in a
line. Ends with 77 (skipped) without NumPy; .h5 files are left out without h5py.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError:
    sys.exit(77)
try:
    import h5py
except ImportError:
    h5py = None
import exchange

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "examples" / "exchange"
TOLERANCE = 1e-5

# The model of keras_reader.cpp.
LAYERS = [("InputLayer", "image"), ("Conv2D", "first"), ("BatchNormalization", "norm"), ("ReLU", "relu"),
          ("DepthwiseConv2D", "depthwise"), ("PReLU", "slopes"), ("Flatten", "flat"), ("Dense", "last")]
NAMES = ["first", "norm", "depthwise", "slopes", "last"]


def draw_weights():
    draw = numpy.random.default_rng(3).uniform
    return {
        "first": {"kernel": draw(-0.5, 0.5, (3, 3, 2, 4)), "bias": draw(-0.5, 0.5, 4)},
        "norm": {"gamma": draw(0.5, 1.5, 4), "beta": draw(-0.5, 0.5, 4), "moving_mean": draw(-0.5, 0.5, 4),
                 "moving_variance": draw(0.5, 2, 4)},
        "depthwise": {"depthwise_kernel": draw(-0.5, 0.5, (3, 3, 4, 2)), "bias": draw(-0.5, 0.5, 8)},
        "slopes": {"alpha": draw(0.1, 0.4, (1, 1, 8))},
        "last": {"kernel": draw(-0.5, 0.5, (96, 3)), "bias": draw(-0.5, 0.5, 3)},
    }


def windows(x):
    """Of images (n, h, w, c), the 3 x 3 windows: (n, h - 2, w - 2, 3, 3, c)."""
    return numpy.moveaxis(numpy.lib.stride_tricks.sliding_window_view(x, (3, 3), (1, 2)), 3, 5)


def compute(weights, x):
    """What Keras's layers are defined to compute, in double."""
    first, norm, depthwise, last = (weights[name] for name in ("first", "norm", "depthwise", "last"))
    y = numpy.einsum("nyxhwc,hwco->nyxo", windows(numpy.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))), first["kernel"])
    y = y + first.get("bias", 0)
    y = (y - norm["moving_mean"]) / numpy.sqrt(norm["moving_variance"] + 1e-3) * norm.get("gamma", 1) + norm.get("beta", 0)
    y = numpy.maximum(y, 0)
    # Output channel c * multiplier + m is made of channel c alone.
    y = numpy.einsum("nyxhwc,hwcm->nyxcm", windows(y), depthwise.get("depthwise_kernel", depthwise.get("kernel")))
    y = y.reshape(*y.shape[:3], -1) + depthwise.get("bias", 0)
    y = numpy.where(y > 0, y, weights["slopes"]["alpha"] * y)
    return y.reshape(len(y), -1) @ last["kernel"] + last.get("bias", 0)


def without(weights, *names):
    """The weights of layers that were made without these."""
    return {layer: {name: array for name, array in own.items() if name not in names} for layer, own in weights.items()}


def config(layers=LAYERS):
    return {"class_name": "Sequential", "config": {"name": "model", "layers": [
        {"class_name": kind, "config": {"name": name}} for kind, name in layers]}}


def quantise(array, kind):
    """The packed array, what the manifest says of it, and what it stands for."""
    if kind == "float16":
        packed = array.astype("<f2")
        return packed, {"dtype": kind, "original_dtype": "float32"}, packed.astype("f8")
    steps = 2 ** (8 * numpy.dtype(kind).itemsize) - 1
    low, scale = float(array.min()), float(array.max() - array.min()) / steps or 1.0
    packed = numpy.round((array - low) / scale).astype(kind)
    return packed, {"dtype": kind, "scale": scale, "min": low, "original_dtype": "float32"}, packed * scale + low


def write_tfjs(folder, weights, topology, cuts=(100, 1111), groups=1, quantised=None, prefix=""):
    """model.json and the files of its weights, the first group's cut there. Returns the weights that the files have."""
    kept, manifest = {}, []
    layers = list(weights)
    for number in range(groups):
        data, listed = b"", []
        for layer in layers[number::groups]:
            for name, array in weights[layer].items():
                one = {"name": f"{prefix}{layer}/{name}", "shape": list(array.shape), "dtype": "float32"}
                packed = array.astype("<f4")
                value = packed
                if quantised:
                    packed, one["quantization"], value = quantise(array, quantised)
                kept.setdefault(layer, {})[name] = value.astype("f8")
                data += packed.tobytes()
                listed.append(one)
        ends = [*(cut for cut in cuts if cut < len(data) and number == 0), len(data)]
        paths = [f"group{number + 1}-shard{k + 1}of{len(ends)}.bin" for k in range(len(ends))]
        for path, begin, end in zip(paths, [0, *ends], ends):
            (folder / path).write_bytes(data[begin:end])
        manifest.append({"paths": paths, "weights": listed})
    (folder / "model.json").write_text(json.dumps({
        "format": "layers-model", "generatedBy": "TensorFlow.js tfjs-layers v4.0.0", "convertedBy": None,
        "modelTopology": topology, "weightsManifest": manifest}))
    return {layer: kept.get(layer, {}) for layer in weights}


def write_h5(path, weights, whole=True, end=":0", nested="", parts=1, layers=LAYERS):
    """A file of Keras's layout: a whole model, or weights alone; list attributes in so many parts."""
    def put(attributes, name, values):
        values = [one.encode() for one in values]
        if parts == 1:
            attributes[name] = numpy.array(values, "S") if values else numpy.zeros(0, "S1")
        else:
            for k in range(parts):
                cut = values[len(values) * k // parts : len(values) * (k + 1) // parts]
                attributes[f"{name}{k}"] = numpy.array(cut, "S") if cut else numpy.zeros(0, "S1")

    with h5py.File(path, "w") as file:
        if whole:
            file.attrs["model_config"] = json.dumps(config(layers))
            file.attrs["keras_version"] = "2.11.0"
        root = file.create_group("model_weights") if whole else file
        put(root.attrs, "layer_names", [name for _, name in layers])
        for _, layer in layers:
            group = root.create_group(layer)
            names = {f"{nested}{layer}/{name}{end}": array for name, array in weights.get(layer, {}).items()}
            put(group.attrs, "weight_names", list(names))
            for name, array in names.items():
                group.create_dataset(name, data=array.astype("f4"))


class Folder:
    def __init__(self, program, path):
        self.program, self.path, self.worst = program, pathlib.Path(path), {}
        self.x = numpy.random.default_rng(4).uniform(-1, 1, (5, 6, 5, 2)).astype("f4")
        exchange.write(self.path / "in", {"input": ("F32", self.x)}, {})

    def convert(self, script, source, *options):
        ran = subprocess.run([sys.executable, "-B", SCRIPTS / script, source, self.path / "out", *options],
                             capture_output=True, text=True)
        assert ran.stdout == "", ran.stdout
        return ran

    def check(self, script, source, weights, *options):
        """The network with the file's weights computes what Keras's layers are to."""
        ran = self.convert(script, source, *options)
        assert ran.returncode == 0 and ran.stderr == "", ran.stderr
        ran = subprocess.run([self.program, self.path / "out", self.path / "in", self.path / "y", *(NAMES if options else [])],
                             capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        y = exchange.read(self.path / "y")[0]["output"][1]
        worst = numpy.abs(y - compute(weights, self.x.astype("f8"))).max()
        self.worst[script] = max(self.worst.get(script, 0), worst)
        assert worst < TOLERANCE, worst

    def refused(self, script, source, *words):
        (self.path / "out").unlink(missing_ok=True)
        ran = self.convert(script, source)
        line = ran.stderr.rstrip("\n")
        assert ran.returncode == 1 and line.startswith(f"{script}: {source}: ") and "\n" not in line, ran
        assert all(word in line for word in words), line
        assert not (self.path / "out").exists()


def check_tfjs(here):
    model = here.path / "model.json"
    weights = draw_weights()
    topology = {"class_name": "Sequential", "config": config()["config"], "keras_version": "tfjs-layers 4.0.0"}
    converted = {"keras_version": "2.11.0", "backend": "tensorflow", "model_config": config()}
    for kept in (write_tfjs(here.path, weights, topology), write_tfjs(here.path, weights, converted, (4, 8, 9), 2),
                 write_tfjs(here.path, weights, converted, (), 5, prefix="model/")):
        here.check("from_tfjs.py", model, kept)
        here.check("from_tfjs.py", model, kept, "--names")
    for kind in ("uint8", "uint16", "float16"):
        here.check("from_tfjs.py", model, write_tfjs(here.path, weights, topology, quantised=kind))
    here.check("from_tfjs.py", model, write_tfjs(here.path, without(weights, "bias", "gamma"), converted))
    here.check("from_tfjs.py", model, write_tfjs(here.path, without(weights, "beta"), converted))
    inner = {"class_name": "Functional", "config": {"name": "inner", "layers": config()["config"]["layers"][1:5]}}
    nested = {"class_name": "Sequential", "config": {"layers": [
        config()["config"]["layers"][0], inner, *config()["config"]["layers"][5:]]}}
    here.check("from_tfjs.py", model, write_tfjs(here.path, weights, nested))

    write_tfjs(here.path, weights, topology)
    whole = json.loads(model.read_text())

    def changed(change, *words):
        one = json.loads(json.dumps(whole))
        change(one)
        model.write_text(json.dumps(one))
        here.refused("from_tfjs.py", model, *words)

    first = ("weightsManifest", 0, "weights", 0)

    def put(path, value):
        def change(one):
            for key in path[:-1]:
                one = one[key]
            one[path[-1]] = value
        return change

    changed(put((*first, "dtype"), "string"), "first/kernel", "string")
    changed(put((*first, "shape"), [3, 3, 2, 5]), "ends at byte")
    changed(put((*first, "shape"), [-1]), "shape")
    changed(put((*first, "name"), "nobody/kernel"), "nobody/kernel")
    changed(put((*first, "name"), "first/bias"), "first", "bias")
    changed(put(("weightsManifest", 0, "paths"), ["../outside.bin"]), "outside")
    changed(put(("format",), "graph-model"), "layers model")
    changed(lambda one: one.pop("weightsManifest"), "weightsManifest")
    changed(lambda one: one.pop("modelTopology"), "layers model")
    changed(put(("modelTopology", "config"), 7))
    model.write_text("{")
    here.refused("from_tfjs.py", model, "JSON")
    model.write_text(json.dumps(whole))
    shard = here.path / whole["weightsManifest"][0]["paths"][1]
    data = shard.read_bytes()
    shard.write_bytes(data[:-1])
    here.refused("from_tfjs.py", model, "ends at byte")
    shard.write_bytes(data + b"x")
    here.refused("from_tfjs.py", model, "the weights take")
    shard.unlink()
    ran = here.convert("from_tfjs.py", model)
    assert ran.returncode == 1 and ran.stderr == f"from_tfjs.py: {shard}: No such file or directory\n", ran
    shard.write_bytes(data)

    chance = random.Random(5)
    text = json.dumps(whole)
    for _ in range(12):
        at = chance.randrange(len(text))
        model.write_text(text[:at] + chance.choice(' "[]{}0,:') + text[at + 1 :])
        ends_in_a_line(here, "from_tfjs.py", model)


def ends_in_a_line(here, script, source):
    """Of a file with something changed: it is taken, or refused in a line."""
    ran = here.convert(script, source)
    assert ran.returncode in (0, 1) and ran.stderr.count("\n") == ran.returncode, ran
    assert "Traceback" not in ran.stderr, ran.stderr


def check_h5(here):
    path = here.path / "model.h5"
    weights = draw_weights()
    rounded = {layer: {name: array.astype("f4").astype("f8") for name, array in own.items()} for layer, own in weights.items()}
    # Keras 2's whole model and weights alone; long lists; Keras 3's names, whose DepthwiseConv2D calls its kernel so.
    for options in ({}, {"whole": False}, {"parts": 3}, {"end": ""}, {"end": "", "nested": "model/"}):
        write_h5(path, weights, **options)
        here.check("from_keras.py", path, rounded)
        here.check("from_keras.py", path, rounded, "--names")
    third = {**rounded, "depthwise": {"kernel": rounded["depthwise"]["depthwise_kernel"], "bias": rounded["depthwise"]["bias"]}}
    write_h5(path, third, end="")
    here.check("from_keras.py", path, third)
    here.check("from_keras.py", path, third, "--names")
    for left_out in (("bias", "gamma"), ("beta",)):
        write_h5(path, without(third, *left_out))
        here.check("from_keras.py", path, without(third, *left_out))

    def changed(change, *words):
        write_h5(path, weights)
        with h5py.File(path, "a") as file:
            change(file)
        here.refused("from_keras.py", path, *words)

    def replace(file, name, values):
        del file["model_weights/first"][name]
        file["model_weights/first"].create_dataset(name, data=values)

    changed(lambda file: file["model_weights"].attrs.pop("layer_names"), "layer_names")
    changed(lambda file: file["model_weights/first"].attrs.pop("weight_names"), "first", "weight_names")
    changed(lambda file: file["model_weights"].pop("norm"), "norm")
    changed(lambda file: file["model_weights/first/first"].pop("kernel:0"), "first/kernel:0")
    changed(lambda file: replace(file, "first/kernel:0", "text"), "first/kernel:0", "no weights")
    changed(lambda file: file.attrs.__setitem__("model_config", "{"), "model_config")
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = numpy.zeros(3)
    here.refused("from_keras.py", path, "Keras 3")
    path.write_bytes(b"PK\x03\x04 and more")
    here.refused("from_keras.py", path, "HDF5")
    write_h5(path, {})
    here.refused("from_keras.py", path, "no weights")
    path.unlink()
    here.refused("from_keras.py", path, "No such file or directory")
    # Where HDF5's library crashes or hangs, the program says so.
    for act, seconds, number in (("main_with_names('x.py', '', 'json', lambda *given: os.abort(), may_crash=True)", 60, 6),
                                 ("wait_for_child('x.py', 'in', 1)\nwhile True: pass", 1, 9)):
        program = "import os, sys, safetensors_file\nsys.argv = ['x.py', 'in', 'out']\nsafetensors_file." + act
        ran = subprocess.run([sys.executable, "-B", "-c", program], cwd=SCRIPTS, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (1, "x.py: in: the library that reads it crashed, or took more than "
                                                f"{seconds} seconds (signal {number}): the file is damaged\n"), ran
    write_h5(path, weights)
    data = path.read_bytes()
    chance = random.Random(6)
    for _ in range(12):
        path.write_bytes(data[: chance.randrange(len(data))])
        ends_in_a_line(here, "from_keras.py", path)
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :])
        ends_in_a_line(here, "from_keras.py", path)


def main():
    with tempfile.TemporaryDirectory() as folder:
        here = Folder(sys.argv[1], folder)
        check_tfjs(here)
        if h5py is None:
            print("without h5py .h5 files were left out")
        else:
            check_h5(here)
        for script, worst in here.worst.items():
            print(f"{script}: differs by {worst:.2g} at most")


if __name__ == "__main__":
    main()
