#!/usr/bin/env python3
"""PyTorch's weights as a safetensors file, which strata::load takes.

usage: from_pytorch.py STATE_DICT.pt OUT.safetensors

STATE_DICT.pt is what torch.save(model.state_dict(), ...) wrote. Tensors keep their names and layouts, which
load(path, net, pytorch) knows. From a program: from_pytorch.save(path, model.state_dict()).
"""

import json
import struct
import sys

TYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int16": "I16",
         "int8": "I8", "uint8": "U8", "bool": "BOOL"}


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


def save(path, state_dict):
    """Writes a state_dict, or any dictionary of tensors."""
    tensors = {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in state_dict.items()}
    with open(path, "wb") as file:
        file.write(to_bytes(tensors))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    import torch

    state_dict = torch.load(sys.argv[1], map_location="cpu")
    if not isinstance(state_dict, dict):
        sys.exit(f"{sys.argv[1]} holds no state_dict: write it with torch.save(model.state_dict(), ...)")
    save(sys.argv[2], state_dict)


if __name__ == "__main__":
    main()
