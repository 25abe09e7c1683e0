#!/usr/bin/env python3
"""safetensors files of another writer and for another reader, both written from the format's description:
exchange.py PROGRAM, which is exchange.cpp's. Ends with 77 (skipped) without NumPy.

Where Python's own package safetensors is there, it reads what the program writes, too.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError:
    sys.exit(77)
try:
    import safetensors.numpy as package
except ImportError:
    package = None

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
         "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?"}


def read(path):
    """Tensors by name, metadata, and where the data begin."""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    text, data = content[8 : 8 + length].decode("utf-8"), content[8 + length :]
    assert text[0] == "{" and length <= 100_000_000
    header = json.loads(text)
    metadata = header.pop("__metadata__", {})
    tensors, end = {}, 0
    for name, told in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, stop = told["data_offsets"]
        assert begin == end, f"{name} begins at {begin}, not at {end}"
        values = numpy.frombuffer(data[begin:stop], TYPES[told["dtype"]])
        tensors[name] = (told["dtype"], values.reshape(told["shape"]))
        end = stop
    assert end == len(data)
    return tensors, metadata, 8 + length


def write(path, tensors, metadata, **style):
    """Tensors in the order given; `style` is json.dumps's."""
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, (kind, values) in tensors.items():
        raw = numpy.ascontiguousarray(values, TYPES[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, **style).encode("utf-8")
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def exact(kind, values):
    """What the tensor is worth in double."""
    if kind == "BF16":
        values = (values.astype(numpy.uint32) << 16).view(numpy.float32)
    with numpy.errstate(invalid="ignore"):
        return values.astype(numpy.float64)


def same(a, b):
    """The same shape and values, down to the sign of zero; a NaN is as good as another."""
    return a.shape == b.shape and numpy.array_equal(a, b, equal_nan=True) and numpy.array_equal(
        numpy.signbit(a[~numpy.isnan(a)]), numpy.signbit(b[~numpy.isnan(b)]))


def compare(given, metadata, out):
    found, told, begin = read(out)
    assert told == metadata, told
    assert begin % 64 == 0, begin
    expected = {"as it is " + name for name in given}
    for name, (kind, values) in given.items():
        kept_kind, kept = found["as it is " + name]
        assert kept_kind == kind and kept.shape == values.shape and kept.tobytes() == values.tobytes(), name
        if kind not in ("F64", "F32", "F16", "BF16"):
            continue
        expected |= {name, "float " + name}
        wide = exact(kind, values)
        assert found[name][0] == "F64" and same(found[name][1], wide), name
        with numpy.errstate(over="ignore", invalid="ignore"):
            narrow = wide.astype(numpy.float32)
        assert found["float " + name][0] == "F32" and same(found["float " + name][1], narrow), name
    assert set(found) == expected, set(found) ^ expected
    # By size of the elements, descending, then by name.
    order = sorted((-numpy.dtype(TYPES[kind]).itemsize, name.encode()) for name, (kind, _) in found.items())
    with open(out, "rb") as file:
        names = [name for name in json.loads(file.read()[8:begin]) if name != "__metadata__"]
    assert names == [name.decode() for _, name in order], names


def main():
    program = sys.argv[1]
    random = numpy.random.default_rng(1)
    patterns = numpy.arange(65536, dtype="<u2")
    special = [0.0, -0.0, numpy.inf, -numpy.inf, numpy.nan, 5e-324, 1e-310, 1e-45, 1e-40, 1.1754944e-38, 3.4028235e38,
               3.4028235677973366e38, 1e300, 1 + 2**-24, 1 + 3 * 2**-24, 0.1, -1 / 3]
    tensors = {
        "weight": ("F32", random.standard_normal((32, 288), dtype=numpy.float32)),
        'names may have "quotes", \\, \n, ä, 日本 and 😀': ("F32", numpy.array([[1, 2, 3], [4, 5, 6]], "<f4")),
        "every F16": ("F16", patterns.view("<f2").reshape(256, 256)),
        "every BF16": ("BF16", patterns.reshape(4, 128, 128)),
        "": ("F64", numpy.array(special)),
        "scalar": ("F64", numpy.array(0.125)),
        "empty": ("F32", numpy.zeros((3, 0, 2), "<f4")),
        "bytes": ("U8", numpy.arange(7, dtype="u1")),
        "flags": ("BOOL", numpy.array([True, False, True])),
        "indices": ("I64", numpy.array([[-1, 2**40], [3, 4]], "<i8")),
        "a.b.c": ("F32", numpy.array(special[:11], "<f4")),
    }
    texts = {"format": "pt", "ä\u0000\"": "line\nline", "": ""}
    with tempfile.TemporaryDirectory() as folder:
        given, out = os.path.join(folder, "given"), os.path.join(folder, "out")
        for chosen, metadata, style in (
            (tensors, texts, {}),
            (tensors, texts, {"ensure_ascii": False, "separators": (",", ":")}),
            (tensors, {}, {"indent": 1, "sort_keys": True}),
            ({}, {}, {}),
        ):
            write(given, chosen, metadata, **style)
            ran = subprocess.run([program, given, out], capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            compare(chosen, metadata, out)
        if package is not None:
            write(given, {name: one for name, one in tensors.items() if one[0] != "BF16"}, texts)
            subprocess.run([program, given, out], check=True)
            theirs, (ours, _, _) = package.load_file(out), read(out)
            assert set(theirs) == set(ours)
            assert all(theirs[name].tobytes() == values.tobytes() for name, (_, values) in ours.items())
        cut = os.path.join(folder, "cut")
        write(given, tensors, texts)
        with open(given, "rb") as whole, open(cut, "wb") as part:
            part.write(whole.read()[:-1])
        ran = subprocess.run([program, cut, out], capture_output=True, text=True)
        assert ran.returncode == 1 and cut in ran.stderr and "expected" in ran.stderr, ran
    print("both ways the same names, shapes and values")


if __name__ == "__main__":
    main()
