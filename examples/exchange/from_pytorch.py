#!/usr/bin/env python3
"""PyTorch's weights as a safetensors file, which strata::load takes.

usage: from_pytorch.py STATE_DICT.pt OUT.safetensors

STATE_DICT.pt is what torch.save(model.state_dict(), ...) wrote. Tensors keep their names and layouts, which
load(path, net, pytorch) knows. From a program: from_pytorch.save(path, model.state_dict()).
"""

import sys

import safetensors_file


HOW = "write the file with torch.save(model.state_dict(), ...)"


def arrays(state_dict):
    """The tensors as NumPy's. bfloat16, which NumPy does not have, becomes float32, exactly."""
    tensors = {}
    for name, tensor in state_dict.items():
        if not isinstance(name, str) or not hasattr(tensor, "detach"):
            raise safetensors_file.Refused(f"{name} is no tensor, or no name: {HOW}")
        tensor = tensor.detach().cpu()
        tensors[name] = (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).contiguous().numpy()
    return tensors


def save(path, state_dict):
    """Writes a state_dict, or any dictionary of tensors."""
    safetensors_file.write(path, arrays(state_dict))


def read(path):
    import torch

    try:
        state_dict = torch.load(path, map_location="cpu")
    except OSError:
        raise
    except Exception as error:  # of a model that was saved whole: its class is not to be found here, or not allowed
        raise safetensors_file.Refused(f"there is no state_dict ({safetensors_file.one_line(error)}): {HOW}") from None
    if not isinstance(state_dict, dict) or not state_dict:
        raise safetensors_file.Refused(f"there is no state_dict: {HOW}")
    return arrays(state_dict)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    try:
        import torch  # noqa: F401
    except ImportError:
        sys.exit("from_pytorch.py: there is no Python package torch (Debian's python3-torch)")
    safetensors_file.convert("from_pytorch.py", sys.argv[1], sys.argv[2], read)


if __name__ == "__main__":
    main()
