#!/usr/bin/env python3
"""How ./examples/run browser takes its options, and whom its server answers."""

import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from webdriver import served

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
SERVER = EXAMPLES / "browser" / "serve.py"


class Serving(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "index.html").write_text("<p>the page")
        (self.folder / "strata.wasm").write_bytes(b"\0asm")

    def test_options(self):
        for options, code in ((["--help"], 0), (["--port"], 2), (["--port", "x"], 2), (["--port", "-1"], 2),
                              (["--port", "1000000"], 2), (["--build-only", "more"], 2)):
            run = subprocess.run([EXAMPLES / "run", "browser", *options], capture_output=True, text=True)
            self.assertEqual(run.returncode, code, options)
            self.assertIn("--build-only", run.stderr if code else run.stdout)

    def test_without_a_folder(self):
        for options in ([], [self.folder], [self.folder, "x"], [self.folder, "-1"], [self.folder, "0", "more"], ["/nowhere", "0"]):
            run = subprocess.run([sys.executable, SERVER, *options], capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stdout, run.stderr.count("\n") < 3), (1, "", True), run)
            self.assertRegex(run.stderr, "there is no folder /nowhere" if "/nowhere" in options else r"serve\.py FOLDER PORT")
        run = subprocess.run([EXAMPLES / "browser" / "build.sh"], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("build.sh FOLDER", run.stderr)

    def test_it_answers_at_loopback(self):
        with served(SERVER, self.folder) as address:
            self.assertTrue(address.startswith("http://127.0.0.1:"))
            with urllib.request.urlopen(address) as answer:
                self.assertEqual(answer.read(), b"<p>the page")
            with urllib.request.urlopen(address + "strata.wasm") as answer:
                self.assertEqual(answer.headers["Content-Type"], "application/wasm")
            with self.assertRaises(urllib.error.HTTPError):
                urllib.request.urlopen(address + "../secret")
            port = int(address.rstrip("/").rpartition(":")[2])
            with socket.socket() as other, self.assertRaises(OSError):
                other.settimeout(5)
                other.connect(("127.0.0.2", port))  # this machine, too, but another address than the one that it listens at

    def test_a_port_that_cannot_be_had(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            for port in (taken.getsockname()[1], 70000):
                run = subprocess.run([sys.executable, SERVER, self.folder, str(port)], capture_output=True, text=True)
                self.assertEqual(run.returncode, 1)
                self.assertRegex(run.stderr, rf"^cannot serve at port {port}: .*\n$")


if __name__ == "__main__":
    unittest.main()
