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
import subprocess
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

    def peak_of_fetch(self, archive, expected, message):
        """MiB that a process of its own takes at its peak to refuse an archive with this message."""
        program = (
            "import importlib.machinery, importlib.util, re\n"
            f"loader = importlib.machinery.SourceFileLoader('fetch_activity', {str(SCRIPT)!r})\n"
            "fetch = importlib.util.module_from_spec(importlib.util.spec_from_loader('fetch_activity', loader))\n"
            "loader.exec_module(fetch)\n"
            f"code = fetch.main(['--url', {archive.as_uri()!r}, '--into', {str(self.into)!r}], {expected!r})\n"
            # getrusage's peak begins with that of the process that started this one.
            "print(code, int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read()).group(1)) // 1024)\n")
        run = subprocess.run([sys.executable, "-B", "-c", program], capture_output=True, text=True, check=False)
        self.assertNotIn("Traceback", run.stderr)
        self.assertIn(message, run.stderr)
        code, peak = run.stdout.split()
        self.assertEqual(code, "1", run.stderr)
        self.assertEqual(list(self.into.iterdir()), [])
        return int(peak)

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

    def zip_of(self, members, name="archive.zip", method=zipfile.ZIP_DEFLATED):
        path = self.folder / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for member, content in members:
                if isinstance(content, int):
                    with archive.open(member, "w") as file:
                        for _ in range(content):
                            file.write(bytes(1 << 20))
                else:
                    archive.writestr(member, content)
        return path

    @unittest.skipUnless(pathlib.Path("/proc/self/status").is_file(), "no /proc")
    def test_archives_made_to_be_large_take_no_memory(self):
        x_train = "UCI HAR Dataset/train/X_train.txt"
        stated = "268435456 bytes by the archive's directory, expected at most 34"
        bomb = self.zip_of([(x_train, 256)])
        self.assertLess(self.peak_of_fetch(bomb, expectation(SMALL), stated), 64)
        self.assertLess(self.peak_of_fetch(self.zip_of([("UCI HAR Dataset.zip", bomb.read_bytes())]),
                                           expectation(SMALL), stated), 64)
        # A directory that lies: 256 MiB are said to be as many bytes as expected.
        lie = bomb.read_bytes()
        directory = lie.index(b"PK\x01\x02")
        lie = lie[:directory + 24] + (34).to_bytes(4, "little") + lie[directory + 28:]
        bomb.write_bytes(lie)
        self.assertLess(self.peak_of_fetch(bomb, expectation(SMALL), "damaged in the archive"), 64)
        for size, message in ((256, "268435456 bytes by the archive's directory, expected at most 134217728"),
                              (100, "not a zip archive")):
            bomb = self.zip_of([("UCI HAR Dataset.zip", size)])
            self.assertLess(self.peak_of_fetch(bomb, expectation(SMALL), message), 64)
        for name, size in (("README.txt", 256), ("train/y_train.txt", 256)):
            bomb = self.zip_of([("UCI HAR Dataset/" + name, size)])
            self.assertLess(self.peak_of_fetch(bomb, expectation(SMALL), "by the archive's directory"), 64)
        many = self.zip_of([(f"some name of a file that nobody wants {i}", b"") for i in range(20000)])
        self.assertLess(self.peak_of_fetch(many, expectation(SMALL), "a directory of more than 1 MiB"), 64)
        several = self.zip_of([(f"{i}.zip", 100) for i in range(5)])
        self.assertLess(self.peak_of_fetch(several, expectation(SMALL), "not a zip archive"), 64)

    @unittest.skipUnless(pathlib.Path("/proc/self/status").is_file(), "no /proc")
    def test_all_that_is_unpacked_is_limited_too(self):
        inner = self.zip_of([("something else", 90)], "inner.zip", zipfile.ZIP_STORED).read_bytes()
        outer = self.zip_of([(f"{i}.zip", inner) for i in range(5)])
        self.assertLess(self.peak_of_fetch(outer, expectation(SMALL), "more bytes in the archive than expected"), 64)

    def test_archives_in_archives(self):
        self.pack(SMALL)
        for depth in range(2, 40):
            archive = self.zip_of([("next.zip", (self.folder / "archive.zip").read_bytes())], "outer.zip")
            if depth in (2, 3, 39):
                self.refused(archive, expectation(SMALL), "an archive too deep inside others")
            archive.replace(self.folder / "archive.zip")
        self.refused(self.zip_of([("one.zip", b"no archive")]), expectation(SMALL), "not a zip archive")

    def test_names_lead_nowhere(self):
        names = ["../evil", "../../evil", str(self.folder / "evil"), "UCI HAR Dataset/../../evil",
                 "UCI HAR Dataset/train/../../../evil", "UCI HAR Dataset\\train\\evil", "UCI HAR Dataset/train/"]
        members = [(name, b"evil") for name in names]
        members += [(f"UCI HAR Dataset/{path}", content) for path, content in SMALL.items()]
        code, output = self.fetch(self.zip_of(members), expectation(SMALL))
        self.assertEqual(code, 0, output)
        self.assertEqual(sorted(entry.name for entry in self.folder.iterdir()), ["archive.zip", "into"])
        files = {str(file.relative_to(self.into / "UCI HAR Dataset")) for file in self.into.rglob("*") if file.is_file()}
        self.assertEqual(files, set(SMALL))

    def test_what_is_encrypted_or_compressed_in_other_ways_is_refused(self):
        members = [(f"UCI HAR Dataset/{path}", content) for path, content in SMALL.items()]
        for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            self.refused(self.zip_of(members, method=method), expectation(SMALL), "expected deflate or none")
        path = self.zip_of(members)
        content = path.read_bytes()
        for where in (b"PK\x03\x04", b"PK\x01\x02"):
            at = content.index(where) + (6 if where.endswith(b"\x04") else 8)
            content = content[:at] + b"\x01" + content[at + 1:]
        path.write_bytes(content)
        self.refused(path, expectation(SMALL), "encrypted in the archive")

    def test_any_byte_changed_or_missing(self):
        for nested in (False, True):
            whole = self.pack(SMALL, nested).read_bytes()
            archive = self.folder / "changed.zip"
            changes = [whole[:size] for size in range(0, len(whole), 5)]
            changes += [whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1:]
                        for at in range(len(whole)) for mask in (0x01, 0x40, 0xff)]
            for content in changes:
                archive.write_bytes(content)
                try:
                    fetch.unpack(archive, self.folder / "unpacked", expectation(SMALL))
                except (fetch.Refused, OSError):
                    continue
                for path, right in SMALL.items():
                    self.assertEqual((self.folder / "unpacked" / path).read_bytes(), right)

    def test_a_folder_that_cannot_be_made(self):
        (self.folder / "into").write_text("a file")
        code, output = self.fetch(self.pack(SMALL), expectation(SMALL))
        self.assertEqual(code, 1)
        self.assertIn("nothing was put into", output)

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
