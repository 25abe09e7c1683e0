"""safetensors files, and how the scripts beside this one end where a file is not what they read."""

import importlib.util
import json
import os
import struct
import sys

TYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int16": "I16",
         "int8": "I8", "uint8": "U8", "bool": "BOOL"}


def printable(text):
    return "".join(one if one.isprintable() else " " for one in text)


def one_line(error, most=300):
    text = " ".join(printable(str(error)).split())
    return (text[:most] + "...") if len(text) > most else text or type(error).__name__ * isinstance(error, Exception)


class Refused(Exception):
    """What is wrong with a file, or what of it cannot be taken: a line for each reason."""

    def __init__(self, *reasons):
        more = [f"and {len(reasons) - 20} more"] if len(reasons) > 20 else []
        super().__init__("\n".join([*(one_line(one, 500) for one in reasons[:20]), *more]))


def parts(tensors):
    """What a safetensors file of a dictionary of NumPy arrays is made of: a header's length, the header in JSON, the data."""
    header, begin = {}, 0
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].itemsize, item[0]))
    for name, array in ordered:
        header[name] = {"dtype": TYPES[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [begin, begin + array.nbytes]}
        begin += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    yield struct.pack("<Q", len(text)) + text
    for _, array in ordered:
        yield array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def to_bytes(tensors):
    return b"".join(parts(tensors))


def write(path, tensors):
    """Writes them. Nothing is written where a tensor is of a type that safetensors files do not have."""
    for name, array in tensors.items():
        if array.dtype.name not in TYPES:
            raise Refused(f"{name} has elements of type {array.dtype.name}, which safetensors files do not have")
    with open(path, "wb") as file:
        file.writelines(parts(tensors))


def wait_for_child(script, source, seconds):
    """Leaves what follows to a child of the process, and ends with it: where a library crashes, or takes more than so many
    seconds, that is said in a line."""
    import resource

    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        return
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        sys.exit(f"{script}: {source}: the library that reads it crashed, or took more than {seconds} seconds "
                 f"(signal {os.WTERMSIG(status)}): the file is damaged")
    sys.exit(os.WEXITSTATUS(status))


def convert(script, source, target, read):
    """Writes the tensors that read(source) returns, or ends the program with a line that says what is wrong."""
    try:
        tensors = read(source)
    except Refused as error:
        sys.exit(f"{script}: {source}: {error}")
    except OSError as error:
        sys.exit(f"{script}: {error.filename or source}: {one_line(error.strerror or error)}")
    except Exception as error:  # whatever else a damaged file leads to
        sys.exit(f"{script}: {source}: this file cannot be read ({type(error).__name__}: {one_line(error)})")
    try:
        write(target, tensors)
    except Refused as error:
        sys.exit(f"{script}: {source}: {error}")
    except OSError as error:
        sys.exit(f"{script}: {target}: {one_line(error.strerror or error)}")


def main_with_names(script, usage, package, read, may_crash=False):
    """The main program of scripts that take MODEL OUT [--names], need a Python package, and read by read(path, keep_names),
    which may use a library that crashes or hangs."""
    arguments = [one for one in sys.argv[1:] if one != "--names"]
    if len(arguments) != 2 or arguments[0].startswith("--"):
        sys.exit(usage.strip())
    if importlib.util.find_spec(package) is None:
        sys.exit(f"{script}: there is no Python package {package} (Debian's python3-{package})")
    keep_names = "--names" in sys.argv[1:]
    if may_crash and hasattr(os, "fork"):
        wait_for_child(script, arguments[0], 60 + (os.path.getsize(arguments[0]) >> 24 if os.path.exists(arguments[0]) else 0))
    convert(script, *arguments, lambda path: read(path, keep_names))
