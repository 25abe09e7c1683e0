"""The classifier of activity_codes against scikit-learn's SVC, on the very codes that the example computed: at most one
prediction in a thousand may differ. On the activity data where STRATA_DATA has it, on the stand-in otherwise.

    /usr/bin/python3 tests/golden/svm.py PROGRAM     the example that was built
"""

import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy
    from sklearn.svm import SVC
except ImportError as missing:
    print(f"skipped: {missing} (on Debian: apt install python3-sklearn, and run with /usr/bin/python3)")
    sys.exit(77)


def main(program):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([program, "--dump", name, "--json", folder / "metrics.json"], check=True)
        shape = json.loads((folder / "shape.json").read_text())
        metrics = json.loads((folder / "metrics.json").read_text())

        def rows(part):
            return numpy.fromfile(folder / f"{part}.f32", "<f4").reshape(-1, shape["features"])

        def labels(part):
            return numpy.fromfile(folder / f"{part}.i32", "<i4")

        train, test, ours = rows("train"), rows("test"), labels("predicted")
        train_labels, test_labels = labels("train_labels"), labels("test_labels")
    assert len(train) == len(train_labels) == metrics["data"]["train_rows"], len(train)
    assert len(test) == len(test_labels) == len(ours) == metrics["data"]["test_rows"], len(test)
    assert numpy.abs(train).max() <= 1 and train.std(axis=0).min() > 0, "these are no codes of tanh"

    svc = SVC(C=1).fit(train, train_labels)
    theirs = svc.predict(test)
    different = (theirs != ours).mean()
    print(f"{metrics['data']['name']}: accuracy {(ours == test_labels).mean():.4f}, by scikit-learn "
          f"{(theirs == test_labels).mean():.4f}; {100 * different:.3f} % of {len(test)} predictions differ")
    assert abs((ours == test_labels).mean() - metrics["accuracy_codes"][0]) < 1e-9
    assert different <= 0.001, different


if len(sys.argv) != 2:
    sys.exit(f"usage: {sys.argv[0]} PROGRAM")
main(sys.argv[1])
