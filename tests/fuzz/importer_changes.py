"""Changed files for importers.py, drawn from `chance`: bytes changed, and what ONNX, JSON and HDF5 files are made of; and the readers."""

import copy
import json
import os
import pathlib
import re
import tempfile

import from_keras
import from_onnx
import from_tfjs
import h5py
import importer_files
import numpy
import read_keras

tempfile.tempdir = tempfile.mkdtemp()
OUTSIDE = pathlib.Path(tempfile.mkdtemp())  # what lies here belongs to no model

NUMBERS = (-1, 0, 1, 2, 3, 7, 255, 1 << 20, 1 << 31, 1 << 40, (1 << 63) - 1, -(1 << 63))
FLOATS = (0.0, -1.0, 1e-30, 1e38, float("inf"), float("nan"), 0.5)
TEXTS = ("", "../../outside", "/etc/hostname", "a\nb\\", '"> {}; evil<', "\u2028", "n" * 5000, "NoSuchOperator")


def change_bytes(chance, data):
    if not data or chance.random() < 0.25:
        return data[: chance.randrange(len(data) + 1)]
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
    return bytes(changed)


def messages(message):
    yield message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for one in value if field.label == field.LABEL_REPEATED else [value]:
                yield from messages(one)


def other_value(chance, field, old, texts):
    kind = field.cpp_type
    if kind == field.CPPTYPE_STRING:
        return change_bytes(chance, old or b"12345678") if field.type == field.TYPE_BYTES else chance.choice(texts + list(TEXTS))
    if kind == field.CPPTYPE_ENUM:
        return chance.choice([one.number for one in field.enum_type.values])
    if kind in (field.CPPTYPE_FLOAT, field.CPPTYPE_DOUBLE):
        return chance.choice(FLOATS)
    bits = 31 if kind in (field.CPPTYPE_INT32, field.CPPTYPE_UINT32) else 63
    return max(0 if kind in (field.CPPTYPE_UINT32, field.CPPTYPE_UINT64) else -(1 << bits), min(chance.choice(NUMBERS), (1 << bits) - 1))


def change_message(chance, model):
    """A field of any message within is cleared, or becomes another value: strings often another one of the file, messages too."""
    every = list(messages(model))
    message = chance.choice(every)
    there = [field for field, _ in message.ListFields()]
    field = chance.choice(there if there and chance.random() < 0.8 else list(message.DESCRIPTOR.fields))
    if chance.random() < 0.15:
        message.ClearField(field.name)
        return
    texts = [one for node in model.graph.node for one in (*node.input, *node.output, node.op_type)]
    value, repeated = getattr(message, field.name), field.label == field.LABEL_REPEATED
    if field.message_type is not None:
        donors = [one for one in every if one.DESCRIPTOR is field.message_type]
        donor = copy.deepcopy(chance.choice(donors)) if donors else None
        if not repeated:
            value.CopyFrom(donor or type(value)())
        elif value and chance.random() < 0.3:
            del value[chance.randrange(len(value))]
        elif donor is not None and value and chance.random() < 0.5:
            value[chance.randrange(len(value))].CopyFrom(donor)
        elif donor is not None:
            value.add().CopyFrom(donor)
    elif not repeated:
        setattr(message, field.name, other_value(chance, field, value, texts))
    elif value and chance.random() < 0.7:
        at = chance.randrange(len(value))
        value[at] = other_value(chance, field, value[at], texts)
    elif value and chance.random() < 0.5:
        del value[chance.randrange(len(value))]
    else:
        value.append(other_value(chance, field, None, texts))


def places(root):
    for key, value in (list(root.items()) if isinstance(root, dict) else enumerate(root) if isinstance(root, list) else ()):
        yield root, key
        yield from places(value)


def change_json(chance, root):
    every = list(places(root))
    inside, key = chance.choice(every)
    kind = chance.randrange(5)
    if kind == 0:
        del inside[key]
    elif kind == 1 and isinstance(inside, list):
        inside.insert(key, copy.deepcopy(inside[key]))
    elif kind == 2:
        donor, place = chance.choice(every)
        inside[key] = copy.deepcopy(donor[place])
    else:
        inside[key] = chance.choice((None, True, 1.5, [], {}, [1] * 40, "\ud800", "a\0b", 10**30, *NUMBERS, *FLOATS, *TEXTS))


def change_h5(chance, path):
    with h5py.File(path, "a") as file:
        names = []
        file.visit(names.append)
        name = chance.choice(names)
        one, kind = file[name], chance.randrange(6)
        strange = chance.choice((7, "text", numpy.array([b"first", b"first"]), numpy.array([b"\xff"]), numpy.zeros((2, 2)),
                                 h5py.Empty("f4"), numpy.array([b"../.."]), json.dumps({"class_name": []}),
                                 "[" * 5000, numpy.zeros((0, 3)), numpy.float16(2)))
        owner = chance.choice((one, file, file.get("model_weights", file)))
        if kind < 2 and owner.attrs:
            key = chance.choice(sorted(owner.attrs))
            del owner.attrs[key]
            if kind:
                owner.attrs[key] = strange
            return
        del file[name]
        if kind == 2:
            file[name] = chance.choice((h5py.SoftLink("/"), h5py.SoftLink("/" + name),
                                        h5py.ExternalLink(str(OUTSIDE / "x.h5"), "/x"), file))
        elif kind == 3:
            file.create_dataset(name, (1 << 28,), chance.choice(("f4", "i8")), chunks=(1 << 10,), compression=chance.choice((None, "gzip")))
        elif kind == 4:
            file.create_dataset(name, (64,), "f4", external=[(str(OUTSIDE / "secret"), 0, 256)])
        else:
            file[name] = strange


class Onnx:
    may_crash = False

    def __init__(self):
        self.sound = list(importer_files.make_onnx())

    def write(self, chance, folder):
        model, beside = chance.choice(self.sound)
        for name, data in beside.items():
            (folder / name).write_bytes(data)
        if chance.random() < 0.2:
            data = change_bytes(chance, model.SerializeToString())
        else:
            model = copy.deepcopy(model)
            for _ in range(chance.choice((1, 1, 2, 4))):
                change_message(chance, model)
            data = model.SerializeToString()
        (folder / "model.onnx").write_bytes(data)
        return folder / "model.onnx"

    @staticmethod
    def read(path):
        text, tensors, _ = from_onnx.translate(str(path), "net", {})
        for line in text.splitlines():
            code, _, comment = line.partition("//")
            if not re.fullmatch(r'[\w<>:,.{}; #"/+-]*', code) or comment.endswith("\\") or not comment.isprintable():
                raise AssertionError(f"a line of the header is {line!r}")
        return tensors


class Tfjs:
    may_crash = False

    @staticmethod
    def write(chance, folder):
        topology = {"model_config": read_keras.config()}
        read_keras.write_tfjs(folder, read_keras.draw_weights(), topology, groups=chance.choice((1, 2)),
                              quantised=chance.choice((None, "uint8", "float16")))
        path = folder / "model.json"
        one = chance.random()
        if one < 0.2:
            path.write_bytes(change_bytes(chance, path.read_bytes()))
        elif one < 0.3:
            shard = folder / chance.choice(sorted(os.listdir(folder)))
            shard.write_bytes(change_bytes(chance, shard.read_bytes()))
        else:
            model = json.loads(path.read_text())
            for _ in range(chance.choice((1, 1, 2, 4))):
                change_json(chance, model)
            path.write_text(json.dumps(model))
        return path

    read = staticmethod(from_tfjs.read)


class Keras:
    may_crash = False

    def __init__(self):
        self.sound = []
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "model.h5"
            for options in ({}, {"whole": False}, {"parts": 3}):
                read_keras.write_h5(path, read_keras.draw_weights(), **options)
                self.sound.append(path.read_bytes())

    def write(self, chance, folder):
        path = folder / "model.h5"
        path.write_bytes(chance.choice(self.sound))
        self.change(chance, path)
        return path

    change = staticmethod(change_h5)
    read = staticmethod(from_keras.read)


class KerasBytes(Keras):
    may_crash = True  # or hang, in HDF5's library: as a program, from_keras.py says so in a line

    @staticmethod
    def change(chance, path):
        path.write_bytes(change_bytes(chance, path.read_bytes()))


READERS = {"onnx": Onnx, "tfjs": Tfjs, "keras": Keras, "keras_bytes": KerasBytes}
