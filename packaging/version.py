#!/usr/bin/env python3
"""Prints Strata's version, as include/strata/version.hpp has it."""

import pathlib
import re

HEADER = pathlib.Path(__file__).resolve().parent.parent / "include/strata/version.hpp"


def version():
    """For instance 0.2.0."""
    parts = dict(re.findall(r"^#define STRATA_VERSION_(MAJOR|MINOR|PATCH) (\d+)$", HEADER.read_text(), re.M))
    return ".".join(parts[part] for part in ("MAJOR", "MINOR", "PATCH"))


if __name__ == "__main__":
    print(version())
