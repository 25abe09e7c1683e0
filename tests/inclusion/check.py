#!/usr/bin/env python3
"""The inclusion law: which folder's headers may include which, and that one alone throws.
check.py INCLUDE_FOLDER, or check.py --self-test
"""

import os
import re
import sys
import tempfile

# A folder may always include itself. "std" stands for everything in angle brackets.
LAW = {
    "meta": set(),
    "version.hpp": {"meta"},
    "tensor": {"meta"},
    "kernels": {"meta"},
    "random": {"meta", "kernels"},
    "graph": {"meta", "tensor", "kernels"},
    "initializers": {"meta", "tensor", "kernels", "random"},
    "penalties": {"meta", "tensor", "kernels"},
    "losses": {"meta", "tensor", "kernels", "penalties"},
    "optimizers": {"meta", "graph", "tensor", "kernels"},
    "layers": {"meta", "graph", "kernels", "random", "tensor"},
    "data": {"meta", "tensor", "kernels", "random"},
    "metrics": {"meta", "tensor", "kernels", "data"},
    "model": {"meta", "tensor", "kernels", "random", "graph", "initializers"},
    "train": {
        "model",
        "meta",
        "tensor",
        "kernels",
        "random",
        "graph",
        "initializers",
        "losses",
        "penalties",
        "optimizers",
        "layers",
        "data",
        "metrics",
    },
    "parallel": {"train", "model", "graph", "tensor", "kernels", "meta"},
    "io": {"train", "model", "graph", "layers", "data", "tensor", "meta"},
}
# Who alone may include a library.
DOORS = {"xsimd": "strata/kernels/simd.hpp", "xtensor": "strata/tensor/xtensor_expression.hpp"}
XTENSOR = {"strata/tensor/xtensor.hpp", "strata/tensor/xtensor_expression.hpp"}
# Who alone may throw: builds without exceptions replace it.
RAISER = "strata/meta/raise.hpp"
# Nobody: it costs every user compile time.
BANNED = {"iostream", "nlohmann"}
# In no collection of headers: who reads and writes files, or starts threads, says so.
APART = ("io", "parallel")
# Files that exist to include others.
COLLECTIONS = {"strata/core.hpp", "strata/strata.hpp", "strata/kernels.cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
# What does not compile without exceptions or without run-time types.
THROWS = re.compile(r"\b(throw|try|catch|dynamic_cast|typeid)\b(?=\s*[\w:({;<])")
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
# At namespace scope: a class that is only declared, and one that is defined.
DECLARED = re.compile(r"^(?:template <.*>\s*)?(?:struct|class|enum class) (\w+);", re.M)
DEFINED = re.compile(r"^(?:template <.*>\s*)?(?:struct|class|enum class) (?:\[\[.*\]\] )?(\w+)(?: final)?(?: : [^;{]+)? \{", re.M)


def cycle(included):
    """A header that includes itself by way of others: the headers on the way; nothing where there is none."""
    finished = set()

    def behind(header, way):
        if header in way:
            return [*way[way.index(header):], header]
        if header not in finished:
            for target in included.get(header, []):
                if round_trip := behind(target, [*way, header]):
                    return round_trip
            finished.add(header)
        return []

    return next((way for header in sorted(included) if (way := behind(header, []))), [])


def violations(root):
    found = []
    included = {}
    declared, rooms_of = [], {}
    for where, _, names in os.walk(root):
        for name in sorted(names):
            path = os.path.join(where, name)
            header = os.path.relpath(path, root)
            with open(path, encoding="utf-8") as source:
                text = source.read()
            includes = INCLUDE.findall(text)
            included[header] = [target for _, target in includes]
            room = header.split("/")[1]
            for word in THROWS.findall(COMMENT_OR_TEXT.sub("", text)) if header != RAISER else []:
                found.append(f"{header} says {word}: errors are raised by {RAISER} alone, detail::raise")
            declared += [(header, room, thing) for thing in DECLARED.findall(text)]
            for thing in DEFINED.findall(text):
                rooms_of.setdefault(thing, set()).add(room)
            for bracket, target in includes:
                library = re.split(r"[/.]", target)[0]
                if library in BANNED:
                    found.append(f"{header} includes {target}, which no header may")
                if library in DOORS and header != DOORS[library]:
                    found.append(f"{header} includes {target}, which only {DOORS[library]} may")
                if bracket == '"' and not target.startswith("strata/"):
                    found.append(f"{header} includes {target}: write the whole path, from strata/ on")
                if header in COLLECTIONS and target.split("/")[1] in APART:
                    found.append(f"{header} includes {target}, which programs include by themselves")
                if not target.startswith("strata/") or header in COLLECTIONS:
                    continue
                if target in COLLECTIONS:
                    found.append(f"{header} includes {target}, which is for users")
                    continue
                other = target.split("/")[1]
                if other != room and other not in LAW.get(room, set()):
                    found.append(f"{header} includes {target}: {room} may not include {other}")
                if target in XTENSOR and header not in XTENSOR:
                    found.append(f"{header} includes {target}: xtensor stays at the door")
    if way := cycle(included):
        found.append(f"{way[0]} includes itself: {' > '.join(way[1:])}")
    # A declaration of what another folder defines is an arrow to it, though nothing is included.
    for header, room, thing in declared:
        rooms = rooms_of.get(thing, set())
        if rooms and room not in rooms and not rooms & LAW.get(room, set()):
            found.append(f"{header} declares {thing}: {room} may not know {', '.join(sorted(rooms))}")
    core = os.path.join(root, "strata/core.hpp")
    if os.path.exists(core) and "/xtensor" in open(core, encoding="utf-8").read():
        found.append("strata/core.hpp includes xtensor.hpp")
    return found


def self_test():
    wrong = {
        "strata/kernels/a.hpp": '#include "strata/layers/dense.hpp"\n',
        "strata/layers/b.hpp": "#include <xsimd/xsimd.hpp>\n",
        "strata/graph/c.hpp": "#include <iostream>\n",
        "strata/train/d.hpp": '#include "strata/io/e.hpp"\n',
        "strata/graph/f.hpp": '#include "strata/tensor/xtensor.hpp"\n',
        "strata/graph/g.hpp": '#include "plan.hpp"\n',
        "strata/layers/h.hpp": '#include "strata/core.hpp"\n',
        "strata/tensor/n.hpp": "template <class Net>\nclass model;\n",
        "strata/data/j.hpp": '#include "strata/metrics/accuracy.hpp"\n',
        "strata/metrics/k.hpp": '#include "strata/train/fit.hpp"\n',
        "strata/data/o.hpp": "void f() {\n    throw std::bad_alloc{};\n}\n",
        "strata/data/q.hpp": "void f() try {\n} catch (...) {\n}\n",
        "strata/losses/l.hpp": '#include "strata/data/argmax.hpp"\n',
        "strata/core.hpp": '#include "strata/io/x.hpp"\n',
        "strata/train/s.hpp": '#include "strata/parallel/t.hpp"\n',
        "strata/strata.hpp": '#include "strata/parallel/x.hpp"\n',
        "strata/graph/v.hpp": '#include "strata/graph/w.hpp"\n',
        "strata/io/y.hpp": '#include "strata/kernels/gemm.hpp"\n',
    }
    right = {
        "strata/graph/w.hpp": '#include "strata/graph/x.hpp"\n',
        "strata/graph/x.hpp": '#include "strata/graph/v.hpp"\n#include "strata/graph/t.hpp"\n',
        "strata/model/model.hpp": "template <class Net>\nclass model {\n};\n",
        "strata/model/p.hpp": "template <class Net>\nclass model;\n",
        "strata/layers/i.hpp": '#include "strata/kernels/gemm.hpp"\n#include <vector>\n',
        "strata/metrics/m.hpp": '#include "strata/data/argmax.hpp"\n',
        "strata/meta/raise.hpp": "void f() {\n    throw 1;\n}\n",
        "strata/data/r.hpp": '// It may throw.\nconst char* text = "try that";\n',
        "strata/train/n.hpp": '#include "strata/metrics/accuracy.hpp"\n',
        "strata/parallel/u.hpp": '#include "strata/train/fit.hpp"\n',
        "strata/io/z.hpp": '#include "strata/tensor/extents.hpp"\n',
    }
    with tempfile.TemporaryDirectory() as root:
        for header, text in (wrong | right).items():
            os.makedirs(os.path.dirname(os.path.join(root, header)), exist_ok=True)
            with open(os.path.join(root, header), "w", encoding="utf-8") as file:
                file.write(text)
        caught = {message.split()[0] for message in violations(root)}
    if caught != set(wrong):
        print(f"caught {sorted(caught)}, not {sorted(wrong)}")
        return 1
    print("each kind of violation is caught")
    return 0


def main():
    if sys.argv[1] == "--self-test":
        return self_test()
    found = violations(sys.argv[1])
    print("\n".join(found) or "no header breaks the inclusion law")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
