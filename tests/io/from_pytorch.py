#!/usr/bin/env python3
"""examples/exchange/from_pytorch.py: tensors of a state_dict as they are, and a line for files that hold none. Ends with 77
(skipped) without PyTorch.
"""

import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
import exchange

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "examples" / "exchange" / "from_pytorch.py"


def run(source, out):
    return subprocess.run([sys.executable, "-B", SCRIPT, source, out], capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder) / "model.pt", pathlib.Path(folder) / "out"
        model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
        state = {**model.state_dict(), "half": torch.rand(3).half(), "brain": torch.rand(2, 2).bfloat16(),
                 "transposed": torch.rand(2, 3).t()}
        torch.save(state, source)
        ran = run(source, out)
        assert ran.returncode == 0 and ran.stdout == ran.stderr == "", ran
        found = exchange.read(out)[0]
        assert set(found) == set(state), set(found) ^ set(state)
        for name, tensor in state.items():
            wanted = tensor.float().numpy() if name == "brain" else tensor.numpy()
            assert found[name][0] == {"half": "F16"}.get(name, "I64" if "num" in name else "F32"), name
            assert numpy.array_equal(found[name][1], wanted), name
        out.unlink()

        def refused(path, words):
            ran = run(path, out)
            assert ran.returncode == 1 and ran.stderr.startswith(f"from_pytorch.py: {path}: ") and words in ran.stderr, ran
            assert ran.stderr.count("\n") == 1 and not out.exists(), ran

        data = source.read_bytes()
        for part in (b"", data[:100], data[:-200], b"text"):
            source.write_bytes(part)
            refused(source, "")
        for wrong, words in (([1, 2], "no state_dict"), ({"a": 1}, "a is no tensor"), ({}, "no state_dict"),
                             ({0: torch.rand(2), "b": torch.rand(2)}, "0 is no tensor, or no name"),
                             ({"c": torch.rand(2) * 1j}, "elements of type complex64")):
            torch.save(wrong, source)
            refused(source, words)
        # A model that was saved whole, by a program whose class is not here.
        program = f"import sys, torch\nclass Net(torch.nn.Linear): pass\ntorch.save(Net(2, 3), {str(source)!r})"
        subprocess.run([sys.executable, "-c", program], check=True)
        refused(source, "write the file with torch.save(model.state_dict(), ...)")
        refused(pathlib.Path(folder) / "none.pt", "No such file or directory")
    print("the same names, types and values")


if __name__ == "__main__":
    main()
