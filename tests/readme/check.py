#!/usr/bin/env python3
"""The C++ listings of Markdown files, as a reader would copy them: check.py FILE... -- COMPILER [ARGUMENTS...],
or check.py --self-test -- COMPILER [ARGUMENTS...]

A listing that includes a header by itself begins a program; the ones behind it, up to the next such, are its continuation. A
program compiles without a warning. Where it has a main() it runs, and must print the block without a language, or the diagram of
Mermaid, that follows the listing with main() (nothing, where none does).
"""

import os
import re
import subprocess
import sys
import tempfile


class program:
    """Listings that are compiled together, and what they print (None: they are not run)."""

    def __init__(self, path, line):
        self.path, self.line, self.text, self.expected = path, line, "", None


def programs_of(path):
    """The programs of a file, and what is wrong with it before they are compiled."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found, problems = [], []
    blocks = list(re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S))
    for place, block in enumerate(blocks):
        language, code = block.groups()
        if language != "cpp":
            continue
        line = text.count("\n", 0, block.start(2)) + 1
        if code.startswith("#include"):
            found.append(program(path, line))
        elif not found:
            problems.append(f"{path}:{line}: the first listing includes no header")
            continue
        of = found[-1]
        of.text += f'#line {line} "{path}"\n{code}\n'
        if "int main(" in code:
            if of.expected is not None:
                problems.append(f"{path}:{line}: a second main() in one program: begin it with an #include")
            follows = blocks[place + 1] if place + 1 < len(blocks) else None
            of.expected = follows[2] if follows and follows[1] in ("", "mermaid") else ""
    return found, problems


def check(paths, compiler):
    problems, ran = [], 0
    with tempfile.TemporaryDirectory() as folder:
        source, built = os.path.join(folder, "listing.cpp"), os.path.join(folder, "listing")
        for path in paths:
            found, wrong = programs_of(path)
            problems += wrong
            for each in found:
                with open(source, "w", encoding="utf-8") as file:
                    file.write(each.text)
                runs = each.expected is not None
                made = subprocess.run(
                    [*compiler, *(["-o", built] if runs else ["-fsyntax-only"]), source], capture_output=True, text=True
                )
                if made.returncode or made.stderr:
                    problems.append(f"{each.path}:{each.line}: does not compile without a warning:\n{made.stderr}")
                elif runs:
                    ran += 1
                    printed = subprocess.run([built], cwd=folder, capture_output=True, text=True, timeout=60)
                    if printed.returncode or printed.stdout != each.expected:
                        problems.append(
                            f"{each.path}:{each.line}: prints\n{printed.stdout}{printed.stderr}and not\n{each.expected}"
                        )
    if ran == 0:
        problems.append("no listing has a main()")
    return problems


def self_test(compiler):
    """What is to be found is found: a warning, another output, a listing without a program, a program with two ends."""
    text = """```cpp
int early();
```
```cpp
#include <cstdio>
int unused(int number) { return 1; }
```
```cpp
#include <cstdio>
void say();
```
and
```cpp
void say() { std::puts("one"); }
int main() { say(); }
```
```
two
```
```cpp
#include <cstdio>
int main() { std::puts("three"); }
```
```mermaid
three
```
```cpp
int main() { return 0; }
```
"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "some.md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        expected = [
            ":2: the first listing includes no header",
            ":28: a second main() in one program",
            ":5: does not compile without a warning",
            ":9: prints\none\nand not\ntwo\n",
            ":21: does not compile without a warning",
        ]
        found = check([path], compiler)
        assert len(found) == len(expected) and all(f"some.md{e}" in f for e, f in zip(expected, found)), found
        assert "some.md:6:" in found[2], found[2]
    return []


def main():
    where = sys.argv.index("--")
    files, compiler = sys.argv[1:where], sys.argv[where + 1 :]
    problems = self_test(compiler) if files == ["--self-test"] else check(files, compiler)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
