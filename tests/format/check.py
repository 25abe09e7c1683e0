#!/usr/bin/env python3
"""Whether every C++ file is as clang-format leaves it.

    check.py CLANG_FORMAT ROOT [--fix]
    check.py CLANG_FORMAT ROOT --self-test

Ends with 77 (a skipped test) where CLANG_FORMAT is not of version 19: each formats a few lines in its own way.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDERS = ('include', 'tests', 'bench', 'examples')
VERSION = 19


def files(root):
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob('*')
                  if path.suffix in ('.hpp', '.cpp'))


def changed(program, paths):
    """Of these files, the lines that clang-format would break or join."""
    result = subprocess.run([program, '--dry-run', '--Werror', *map(str, paths)], capture_output=True, text=True)
    found = [line for line in result.stderr.splitlines() if 'code should be clang-formatted' in line]
    if result.returncode and not found:
        sys.exit(result.stderr)
    return found


def self_test(program, root):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / '.clang-format').write_text((root / '.clang-format').read_text())
        file = pathlib.Path(folder) / 'file.cpp'
        file.write_text('template <class T>\nrequires(sizeof(T) > 1)\nstruct pair {\n    T a, b;\n};\n')
        assert not changed(program, [file]), 'what is formatted is reported'
        file.write_text('template <class T> requires(sizeof(T) > 1) struct pair { T a, b; };\n')
        assert changed(program, [file]), 'what is not formatted is not reported'


def main():
    program, root, *options = sys.argv[1:]
    root = pathlib.Path(root)
    version = int(re.search(r'version (\d+)', subprocess.check_output([program, '--version'], text=True)).group(1))
    if version != VERSION:
        print(f'clang-format {version}: not checked')
        sys.exit(77)
    if '--self-test' in options:
        return self_test(program, root)
    paths = files(root)
    assert len(paths) > 500, f'{len(paths)} files below {root}'
    if '--fix' in options:
        return subprocess.run([program, '-i', *map(str, paths)], check=True)
    found = changed(program, paths)
    if found:
        print(*found, sep='\n')
        sys.exit(f'{len(found)} places. tests/format/check.py {program} . --fix formats them.')


main()
