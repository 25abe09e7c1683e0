#!/usr/bin/env python3
"""The examples in doc comments, compiled and run as one program: check.py INCLUDE_FOLDER COMPILER [ARGUMENTS...],
or check.py --self-test INCLUDE_FOLDER COMPILER [ARGUMENTS...]

An example is the code in a header's lines that begin with ///, five spaces. Every layer has one, and so have those of
ALSO. A layer's shows it in a network: its struct's line ends with a comment that says the shapes, `// 28 x 28 x 1 -> 10`, and these are compared.
"""

import os
import re
import subprocess
import sys
import tempfile

MARGIN = "///     "
# In layers/, but no layers.
HELPERS = {"activation", "noise", "pooling", "window"}
# What a user's own loss, penalty, ... may be: the line that puts the example to use, on the network of BEFORE_USE.
USES = {
    "initializers/initializer.hpp": "if (small.storage()[0] == 0.0f) return 1;",
    "losses/loss.hpp": "train_step(net, work, opt, half_squared_error{}, x, x);"
    " if (evaluate(net, half_squared_error{}, x, x) != 0.0f) return 1;",
    "penalties/penalty.hpp": 'const auto own = mse{} + at<"code">(fourth_powers{}) + on_weights(fourth_powers{});'
    " train_step(net, work, opt, own, x, x);",
    "optimizers/rule.hpp": "optimizer own{net, sign_descent{}}; train_step(net, work, own, mse{}, x, x);",
}
# Others that have an example, which may return another number than 0 where it is wrong.
ALSO = ["io/safetensors.hpp"]
BEFORE_USE = (
    "struct five : network<input<5>, dense<5>, mark<\"code\">, dense<5>> {};"
    " model<five> net{zeros{}}; workspace<five, batch<2>> work; optimizer opt{net, sgd{}}; std::vector<float> x(10);"
)
HEAD = """#include "strata/core.hpp"
#include "strata/io/safetensors.hpp"
#include <cmath>
#include <vector>
"""


def listings(text):
    """The examples of a header: for each the number of its first line, and its lines."""
    found = []
    last = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith(MARGIN):
            continue
        if last != number - 1:
            found.append((number, []))
        found[-1][1].append(line[len(MARGIN) :])
        last = number
    return found


def halves(first, lines, path):
    """Definitions, which stand in a namespace, and statements, which stand in a function."""
    definitions, statements = [], []
    depth = 0
    for number, line in enumerate(lines, first):
        defines = depth > 0 or re.match(r"struct |template ", line)
        code = line.split("//")[0]
        if defines:
            depth += code.count("{") - code.count("}")
        (definitions if defines else statements).append(f'#line {number} "{path}"\n{line}')
    return "\n".join(definitions), "\n".join(statements)


def shapes(lines):
    """What the comments behind networks say of their shapes, as assertions."""
    found = []
    for line in lines:
        said = re.match(r"struct (\w+) : network<.*// (\d[\dx ]*) -> (\d[\dx ]*)$", line)
        if said:
            name, *extents = said.groups()
            into, out = (", ".join(re.findall(r"\d+", one)) for one in extents)
            found.append(f"static_assert({name}::input == shape<{into}> && {name}::output == shape<{out}>);")
    return found


def wrap(files):
    """One program of all the examples, and what is wrong before it is compiled."""
    problems = []
    parts = [HEAD]
    calls = []
    for name, path in files:
        with open(path, encoding="utf-8") as file:
            found = listings(file.read())
        stem = os.path.splitext(os.path.basename(name))[0]
        whole = [line for _, lines in found for line in lines]
        asserted = shapes(whole)
        if not found:
            problems.append(f"{name} has no example in its doc comment")
            continue
        if name.startswith("layers/"):
            if not re.search(rf"network<.*\b{stem}_?\b", "\n".join(whole)):
                problems.append(f"the example of {name} shows no network with {stem}")
            if not asserted:
                problems.append(f"the example of {name} does not say its network's shapes: // 28 x 28 x 1 -> 10")
        for first, lines in found:
            definitions, statements = halves(first, lines, path)
            space = f"example_{len(calls)}"
            calls.append(f"{space}::run()")
            parts.append(
                f"namespace {space} {{\nusing namespace strata;\n{definitions}\n"
                + "\n".join(asserted)
                + f"\nint run() {{\n{statements}\n"
                + (f"{BEFORE_USE}\n{USES[name]}\n" if name in USES else "")
                + "return 0;\n}\n}\n"
            )
            asserted = []
    parts.append("int main() { return " + " + ".join(calls or ["0"]) + "; }\n")
    return "\n".join(parts), problems


def check(include, compiler):
    folder = os.path.join(include, "strata")
    names = [
        f"layers/{name}"
        for name in sorted(os.listdir(os.path.join(folder, "layers")))
        if name.endswith(".hpp") and name[: -len(".hpp")] not in HELPERS
    ]
    names += [name for name in [*USES, *ALSO] if os.path.exists(os.path.join(folder, name))]
    program, problems = wrap([(name, os.path.join(folder, name)) for name in names])
    with tempfile.TemporaryDirectory() as place:
        source, built = os.path.join(place, "listings.cpp"), os.path.join(place, "listings")
        with open(source, "w", encoding="utf-8") as file:
            file.write(program)
        made = subprocess.run([*compiler, source, "-o", built], capture_output=True, text=True)
        if made.returncode or made.stderr:
            problems.append("an example does not compile without a warning:\n" + made.stderr)
        else:
            ran = subprocess.run([built], capture_output=True, text=True, timeout=60)
            if ran.returncode:
                problems.append(f"the examples compile, but running them ends with {ran.returncode}: {ran.stderr}")
    return problems


def self_test(_, compiler):
    """What is to be found is found: no example, one of something else, one that does not compile or lies."""
    made = {
        "layers/none.hpp": "/// Nothing.\n/// code(), but no example\nstruct none {};\n",
        "layers/other.hpp": "///     struct a : network<input<2>, dense<3>> {}; // 2 -> 3\n",
        "layers/silent.hpp": "///     struct silent : network<input<2>, dense<3>, silent> {};\n",
        "layers/dense.hpp": "///     struct b : network<input<2>, dense<3>> {}; // 2 -> 4\n///     model<b> net;\n",
        "layers/relu.hpp": "///     struct c : network<input<2>, relu> {}; // 2 -> 2\n///     predict(nothing, 1);\n",
        "layers/elu.hpp": "/// x\n///     struct d : network<input<2>, elu<>> {}; // 2 -> 2\n///     model<d> net;\n",
    }
    with tempfile.TemporaryDirectory() as place:
        os.mkdir(os.path.join(place, "layers"))
        for name, text in made.items():
            with open(os.path.join(place, name), "w", encoding="utf-8") as file:
                file.write(text)
        paths = [(name, os.path.join(place, name)) for name in made]
        _, problems = wrap(paths)
        expected = [
            "layers/none.hpp has no example in its doc comment",
            "the example of layers/other.hpp shows no network with other",
            "the example of layers/silent.hpp does not say its network's shapes: // 28 x 28 x 1 -> 10",
        ]
        assert problems == expected, problems
        program, problems = wrap(paths[3:])
        assert problems == [], problems
        source = os.path.join(place, "listings.cpp")
        with open(source, "w", encoding="utf-8") as file:
            file.write(program)
        said = subprocess.run([*compiler, "-fsyntax-only", source], capture_output=True, text=True).stderr
        assert re.search(r"dense\.hpp:\d+:.*error: static assertion failed", said), said
        assert re.search(r"relu\.hpp:2:.*error: .*nothing", said), said
        assert "elu.hpp" not in said.replace("relu.hpp", ""), said
    return []


if __name__ == "__main__":
    tests_itself = sys.argv[1] == "--self-test"
    found = (self_test if tests_itself else check)(sys.argv[1 + tests_itself], sys.argv[2 + tests_itself :])
    for problem in found:
        print(problem)
    sys.exit(1 if found else 0)
