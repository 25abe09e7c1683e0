"""Random networks against PyTorch: outputs, gradients by inputs and weights, and the weights after three steps of training.

    /usr/bin/python3 tests/parity/run.py --networks 300 --seed 1 --compiler g++

Each network is drawn from the seed and its number, so --only 17 runs one again. In double everything agrees to 1e-9 of a
tensor's largest value, in float, in which about every third network is repeated, to 1e-4 (1e-3 where double shows that rounding
grows). Takes Debian's python3-torch; ends with 77 (skipped) where that is missing. Closes with a table of how many networks had
each layer, join, loss and option; of 200 and more, a layer, loss, penalty or rule that none had is an error.

What random numbers make of training (dropout, gaussian_noise, sample_gaussian) is not PyTorch's: such networks are compared in
inference alone, and these layers also in frozen<...>, or with nothing to draw. Learning rates by a schedule are computed in
float, and so are no numbers to compare in double. Networks whose numbers grow beyond a thousand are drawn anew.
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "golden"))

import golden  # noqa: E402, F401  ends with 77 where there is no PyTorch
import numpy  # noqa: E402
import torch  # noqa: E402
from study import Inputs, Study  # noqa: E402


def check_comparison(study, ours):
    """That the comparison sees a number that is off, and a tensor that is missing."""
    largest = max(abs(values).max() for values in ours.values())
    for name in ours:
        off = {**ours, name: ours[name].copy()}
        off[name][abs(off[name]).argmax()] += 1e-7 * largest
        assert len(study.differences("double", off)[0]) == 1, name
    assert study.differences("double", {name: ours[name] for name in ours if name != "predicted1"})[0]


def vocabulary():
    """Every layer, loss, penalty and rule, by the headers, and what graphs are made of."""
    helpers = {"activation", "noise", "pooling", "window", "by_name", "class_indices", "expected_output", "loss", "mean", "targets",
               "terms", "penalty", "misnamed", "optimizer", "rule", "schedule"}
    found = ["add", "subtract", "multiply", "concat", "residual", "repeat", "sum_of", "concat_of", "scope", "shared", "splice", "frozen",
             "resume", "stop_gradient", "mark", "several inputs", "several outputs", "on_weights", "term at a mark", "clip_gradients"]
    for folder in ("layers", "losses", "penalties", "optimizers"):
        for header in sorted((HERE.parents[1] / "include" / "strata" / folder).glob("*.hpp")):
            if header.stem not in helpers:
                found.append(f"optimizer: {header.stem}" if folder == "optimizers" else header.stem)
    return found


def program(studies):
    texts = [study.text() for study in studies]
    calls = [call for study in studies for call in study.calls()]
    return "\n\n".join(['#include "parity/parity.hpp"', "namespace {", "using namespace strata;", *texts, "} // namespace",
                        "\n".join(["int main(int, char** given) {", "    const golden::file values{given[1]};",
                                   "    parity::results out{given[2]};", *calls, "    out.close();", "}", ""])])


def read_results(path):
    data, at, found = path.read_bytes(), 0, collections.defaultdict(dict)
    while at < len(data):
        end = data.index(b"\n", at)
        network, real, name, count = data[at:end].decode().split()
        at = end + 1 + 8 * int(count)
        found[network, real][name] = numpy.frombuffer(data[end + 1:at], "<f8")
    return found


def run_program(folder, number, studies, compiler):
    """Returns what each network computed, by its name and number type; None where it does not compile or run."""
    source, values, results = (folder / f"{number}{end}" for end in (".cpp", ".f64", ".results"))
    source.write_text(program(studies))
    inputs = Inputs()
    for study in studies:
        inputs.lines += study.inputs.lines
        inputs.tensors += study.inputs.tensors
    inputs.write(values)
    made = subprocess.run([*compiler, source, "-o", folder / str(number)], capture_output=True, text=True)
    if made.returncode != 0:
        print("\n".join(made.stderr.splitlines()[:20]))
        return None
    done = subprocess.run([folder / str(number), values, results], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"the program ended with {done.returncode}: {done.stderr[-2000:]}")
        return None
    return read_results(results)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="+", help="the numbers of networks")
    parser.add_argument("--first", type=int, default=1, help="the number of the first network")
    parser.add_argument("--compiler", default="g++", help="and options, in one argument")
    parser.add_argument("--options", default="-O1 -march=native -w", help="of the compiler")
    parser.add_argument("--together", type=int, default=8, help="networks in a program")
    parser.add_argument("--folder", type=pathlib.Path, help="where programs are left")
    given = parser.parse_args()
    torch.set_num_threads(1)
    compiler = [*given.compiler.split(), "-std=c++20", *given.options.split(),
                f"-I{HERE.parents[1] / 'include'}", f"-I{HERE.parent}"]
    numbers = given.only or list(range(given.first, given.first + given.networks))
    words, worst, failed = collections.Counter(), {"double": [], "float": []}, []
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for begin in range(0, len(numbers), given.together):
            start = time.monotonic()
            studies = [Study(given.seed, number) for number in numbers[begin:begin + given.together]]
            drawn = time.monotonic()
            results = run_program(folder, begin // given.together, studies, compiler)
            if results is None:
                failed += [study.name for study in studies]
                print(f"{studies[0].name} to {studies[-1].name}: no results", flush=True)
                continue
            for study in studies:
                ours = results.get((study.name, "double"), {})
                words.update(set(study.words) | ({"gradients by inputs"} if "input_gradient1" in ours else set()))
                largest = 0.0
                for real in ("double", "float")[:1 + study.in_float]:
                    ours = results.get((study.name, real), {})
                    found, largest = study.differences(real, ours, largest)
                    if not found and real == "double" and study is studies[0]:
                        check_comparison(study, ours)
                    worst[real].append(largest)
                    if found:
                        failed.append(f"{study.name} in {real}")
                        print(f"{study.name} in {real} (--seed {given.seed} --only {study.name[1:]}):\n" +
                              study.text() + "\n  " + "\n  ".join(found[:20]))
            print(f"{studies[0].name} to {studies[-1].name}: {drawn - start:.1f} s PyTorch, "
                  f"{time.monotonic() - drawn:.1f} s C++", flush=True)
    print("networks that had it:")
    for word, count in sorted(words.items()):
        print(f"{count:5} {word}")
    missing = [word for word in vocabulary() if word not in words and word + "_" not in words]
    print("    0 " + ", ".join(missing) if missing else "and so all of Strata's layers, losses, penalties and rules")
    if missing and len(numbers) >= 200:
        failed.append("the table")
    for real, all_worst in worst.items():
        if all_worst:
            print(f"{len(all_worst)} networks in {real}: worst {max(all_worst):.2g}, median {numpy.median(all_worst):.2g}")
    print(f"failed: {', '.join(failed)}" if failed else "all agree")
    return 1 if failed else 0


sys.exit(main())
