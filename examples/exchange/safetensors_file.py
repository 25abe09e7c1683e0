"""safetensors files, and how the scripts beside this one end where a file is not what they read."""

import importlib.util
import json
import struct
import sys

TYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int16": "I16",
         "int8": "I8", "uint8": "U8", "bool": "BOOL"}


class Refused(Exception):
    """What a file has that cannot be taken, as a sentence."""


def to_bytes(tensors):
    """A safetensors file of a dictionary of NumPy arrays: a header's length, the header in JSON, the data."""
    header, data = {}, []
    begin = 0
    for name, array in sorted(tensors.items(), key=lambda item: (-item[1].itemsize, item[0])):
        part = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {"dtype": TYPES[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [begin, begin + len(part)]}
        begin += len(part)
        data.append(part)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    return struct.pack("<Q", len(text)) + text + b"".join(data)


def write(path, tensors):
    """Writes them. Nothing is written where a tensor is of a type that safetensors files do not have."""
    for name, array in tensors.items():
        if array.dtype.name not in TYPES:
            raise Refused(f"{name} has elements of type {array.dtype.name}, which safetensors files do not have")
    data = to_bytes(tensors)
    with open(path, "wb") as file:
        file.write(data)


def one_line(text):
    return " ".join(str(text).split())[:400]


def convert(script, source, target, read):
    """Writes the tensors that read(source) returns, or ends the program with a line that says what is wrong."""
    try:
        tensors = read(source)
    except Refused as error:
        sys.exit(f"{script}: {source}: {one_line(error)}")
    except OSError as error:
        sys.exit(f"{script}: {error.filename or source}: {one_line(error.strerror or error)}")
    except Exception as error:  # whatever else a damaged file leads to
        sys.exit(f"{script}: {source}: this file cannot be read ({type(error).__name__}: {one_line(error)})")
    try:
        write(target, tensors)
    except Refused as error:
        sys.exit(f"{script}: {source}: {one_line(error)}")
    except OSError as error:
        sys.exit(f"{script}: {target}: {one_line(error.strerror or error)}")


def main_with_names(script, usage, package, read):
    """The main program of scripts that take MODEL OUT [--names], need a Python package, and read by read(path, keep_names)."""
    arguments = [one for one in sys.argv[1:] if one != "--names"]
    if len(arguments) != 2 or arguments[0].startswith("--"):
        sys.exit(usage.strip())
    if importlib.util.find_spec(package) is None:
        sys.exit(f"{script}: there is no Python package {package} (Debian's python3-{package})")
    keep_names = "--names" in sys.argv[1:]
    convert(script, *arguments, lambda path: read(path, keep_names))
