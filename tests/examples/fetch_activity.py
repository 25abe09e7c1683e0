#!/usr/bin/env python3
"""examples/data/fetch-activity against archives that this test builds and serves as file://: what it accepts, what it
refuses, and that a refusal leaves nothing behind. With STRATA_DATA, the archive has the real data, rebuilt from its CSV
digit for digit, and the script's own sizes and hashes."""

import contextlib
import importlib.machinery
import importlib.util
import io
import lzma
import os
import pathlib
import shutil
import sys
import tempfile
import unittest
import zipfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "examples" / "data" / "fetch-activity"
loader = importlib.machinery.SourceFileLoader("fetch_activity", str(SCRIPT))
sys.dont_write_bytecode = True
fetch = importlib.util.module_from_spec(importlib.util.spec_from_loader("fetch_activity", loader))
loader.exec_module(fetch)

SMALL = {
    "train/X_train.txt": b"  1.0000000e-001 -2.0000000e-001\r\n",
    "train/y_train.txt": b"5\n",
    "test/X_test.txt": b"  3.0000000e-001 -4.0000000e-001\r\n",
    "test/y_test.txt": b"6\n",
}


def expectation(files):
    return {path: (len(content), fetch.blob_hash(content)) for path, content in files.items()}


@unittest.skipIf(shutil.which("curl") is None, "curl is not installed")
class FetchActivity(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.into = self.folder / "into"

    def pack(self, files, nested=True):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("UCI HAR Dataset/README.txt", "terms")
            archive.writestr("__MACOSX/UCI HAR Dataset/train/X_train.txt", "rubbish")
            for path, content in files.items():
                archive.writestr(f"UCI HAR Dataset/{path}", content)
        path = self.folder / "archive.zip"
        if nested:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("UCI HAR Dataset.zip", inner.getvalue())
        else:
            path.write_bytes(inner.getvalue())
        return path

    def fetch(self, archive, expected=None):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = fetch.main(["--url", archive.as_uri(), "--into", str(self.into)], expected)
        return code, output.getvalue()

    def refused(self, archive, expected, message):
        code, output = self.fetch(archive, expected)
        self.assertEqual(code, 1)
        self.assertIn(message, output)
        self.assertEqual(list(self.into.iterdir()), [])

    def test_unpacks_and_recognises_what_it_unpacked(self):
        for nested in (True, False):
            with self.subTest(nested=nested):
                code, output = self.fetch(self.pack(SMALL, nested), expectation(SMALL))
                self.assertEqual(code, 0, output)
                for path, content in SMALL.items():
                    self.assertEqual((self.into / "UCI HAR Dataset" / path).read_bytes(), content)
                self.assertTrue((self.into / "UCI HAR Dataset" / "README.txt").is_file())
                self.assertEqual([entry.name for entry in self.into.iterdir()], ["UCI HAR Dataset"])
                code, output = self.fetch(self.folder / "no such archive", expectation(SMALL))
                self.assertEqual(code, 0, output)
                self.assertIn("there already", output)
                shutil.rmtree(self.into)

    def test_replaces_what_is_damaged(self):
        self.fetch(self.pack(SMALL), expectation(SMALL))
        damaged = self.into / "UCI HAR Dataset" / "test" / "y_test.txt"
        damaged.write_bytes(b"1\n")
        self.assertEqual(self.fetch(self.pack(SMALL), expectation(SMALL))[0], 0)
        self.assertEqual(damaged.read_bytes(), SMALL["test/y_test.txt"])

    def test_labels_may_have_either_line_end(self):
        dos = SMALL | {"train/y_train.txt": b"5\r\n"}
        self.assertEqual(self.fetch(self.pack(dos), expectation(SMALL))[0], 0)

    def test_refuses_other_sizes_other_bytes_and_missing_files(self):
        self.refused(self.pack(SMALL), None, "train/X_train.txt: 34 bytes, expected 66006256")
        changed = SMALL | {"test/X_test.txt": SMALL["test/X_test.txt"].replace(b"3", b"9")}
        self.refused(self.pack(changed), expectation(SMALL), "test/X_test.txt: hash ")
        fewer = {path: content for path, content in SMALL.items() if path != "test/y_test.txt"}
        self.refused(self.pack(fewer), expectation(SMALL), "not in the archive: test/y_test.txt")

    def test_refuses_what_is_no_archive_or_not_there(self):
        nothing = self.folder / "nothing.zip"
        self.refused(nothing, expectation(SMALL), "could not be downloaded")
        nothing.write_bytes(b"<html>not today</html>")
        self.refused(nothing, expectation(SMALL), "not a zip archive")

    def test_the_real_data(self):
        data = pathlib.Path(os.environ.get("STRATA_DATA", "/nowhere"))
        path = data / "activity" / "smartphone_activity_dataset.csv.xz"
        if not path.is_file():
            self.skipTest("no STRATA_DATA")
        files = {name: [] for name in SMALL}
        with lzma.open(path, "rt") as lines:
            next(lines)
            for number, line in enumerate(lines):
                *values, label = line.rstrip("\n").split(",")
                part = "train" if number < 7352 else "test"
                row = "".join(" " + f"{float(v):.7e}".replace("e-", "e-0").replace("e+", "e+0").rjust(15) for v in values)
                files[f"{part}/X_{part}.txt"].append(row + "\r\n")
                files[f"{part}/y_{part}.txt"].append(label + "\n")
        code, output = self.fetch(self.pack({name: "".join(rows).encode() for name, rows in files.items()}))
        self.assertEqual(code, 0, output)


if __name__ == "__main__":
    unittest.main()
