#!/usr/bin/env python3
"""subprojects/: every wrap is pinned by a commit's full hash, says which version that is, and stands in the table of
licences with that version."""

import configparser
import pathlib
import re
import unittest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "subprojects"


class Wraps(unittest.TestCase):
    def test_pinned_by_hash_and_listed(self):
        rows = [line.split("|") for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("| [")]
        table = {re.search(r"\((.*?)\)", row[1]).group(1): row for row in rows}
        wraps = sorted(FOLDER.glob("*.wrap"))
        self.assertEqual(len(wraps), 10)
        for path in wraps:
            with self.subTest(path.name):
                parser = configparser.ConfigParser(interpolation=None)
                parser.read(path)
                wrap = parser["wrap-git"]
                self.assertRegex(wrap["revision"], r"\A[0-9a-f]{40}\Z")
                row = table[wrap["url"].removesuffix(".git")]
                version = re.search(r"^# (.*)\nrevision", path.read_text(), re.MULTILINE).group(1)
                stated = row[3].strip().split()[0]
                if stated in wrap["revision"]:
                    self.assertIn(row[3].strip().split()[-1], version)
                else:
                    self.assertEqual(version.removeprefix("v").replace(".", ""), stated.replace(".", ""))
                self.assertTrue(row[4].strip())


if __name__ == "__main__":
    unittest.main()
