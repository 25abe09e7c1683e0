"""Random networks against PyTorch: outputs, gradients by inputs and weights, and the weights after three steps of training.

    /usr/bin/python3 tests/parity/run.py --networks 300 --seed 1 --compiler g++

Each network is drawn from the seed and its number, so --only 17 runs one again. In double everything agrees to 1e-9 of a
tensor's largest value, in float, in which about every third network is repeated, to 1e-4. Takes Debian's python3-torch;
ends with 77 (skipped) where that is missing. Closes with a table of how many networks had each layer, join, loss and option;
of 200 and more, a layer, loss, penalty or rule that none had is an error.

What random numbers make of training (dropout, gaussian_noise, sample_gaussian) is not PyTorch's: such networks are compared in
inference alone, and these layers also in frozen<...>, or with nothing to draw. Learning rates by a schedule are computed in
float, and so are no numbers to compare in double. Networks whose numbers grow beyond a thousand are drawn anew.
"""

import argparse
import collections
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "golden"))

import golden  # noqa: E402  ends with 77 where there is no PyTorch
import numpy  # noqa: E402
import torch  # noqa: E402

import losses  # noqa: E402
import sketch as sketches  # noqa: E402
from twin import Twin  # noqa: E402


class Inputs(golden.Recorder):
    """What goes into the C++ program."""

    def stored(self, name, tensor):
        values = tensor.detach().contiguous().numpy().astype("<f8").ravel()
        self.lines.append(f"stored {name} {values.size}")
        self.tensors.append((name, values))


class Wild(Exception):
    """A network whose numbers grow too large to be compared: another is drawn."""


class Study:
    """A network and what PyTorch makes of it."""

    def __init__(self, seed, number):
        for attempt in range(20):
            self.random = random.Random(f"{seed}/{number}/{attempt}")
            self.name = f"n{number}"
            self.sketch = sketches.Sketch(self.random, self.name)
            self.words = self.sketch.words
            self.inputs = Inputs()
            self.inputs.streams = 1000 * (seed % 1000) + 37 * number
            try:
                self.compute()
                return
            except Wild:
                continue
        raise SystemExit(f"{self.name}: no tame network in 20")

    def compute(self):
        pick = self.random.random
        self.in_float = pick() < 0.35
        self.rule = losses.rule(self.random, self.in_float)
        self.batches = 2 if pick() < 0.15 else 1
        self.clip = self.random.choice((0.05, 0.5, 5)) if pick() < 0.25 else 0
        self.rate_of_last = self.random.choice((0.5, 2)) * self.rule.rate if pick() < 0.3 else 0
        self.on_weights = []
        if pick() < 0.2:
            term, weight = self.random.choice((losses.l1, losses.l2))(self.random), self.random.choice((0.01, 0.1))
            self.on_weights = [(f"{weight}f * on_weights({term.text})",
                                lambda x: golden.as_float(weight) * term.value(x))]
            self.words.update({"on_weights", *term.words})
        self.weight = 0.5 if pick() < 0.1 else 1
        self.evaluates = pick() < 0.25 and all(loss.target != "number" for _, loss in self.sketch.outputs)
        self.results = {}
        self.net = Twin(self.inputs, self.name, self.sketch.samples, self.sketch.rows, 0)
        with torch.no_grad():
            self.predict("predicted")
            self.cut()
        if self.sketch.random_in_training:
            return
        self.make_targets()
        self.train()
        self.loss_text = self.write_loss()
        self.words.update({"optimizer: " + word for word in self.rule.words})
        self.words.update({"evaluate"} if self.evaluates else ())
        self.words.update({"clip_gradients"} if self.clip else ())
        self.words.update({"learning rate changed"} if self.rate_of_last else ())
        self.words.update({"gradients of two batches"} if self.batches > 1 else ())
        self.words.update({"part of a batch"} if self.sketch.batch > self.sketch.rows else ())

    def put(self, name, tensor):
        tensor = tensor.detach()
        if not torch.isfinite(tensor).all() or tensor.abs().max() > 1e3:
            raise Wild
        self.results[name] = tensor.numpy().ravel().copy()

    def run(self, inputs):
        self.net.restart(inputs)
        sketches.run_all(self.net, self.sketch.entries)
        if len(self.sketch.outputs) == 1:  # which need not have a mark
            return [self.net.x]
        return [self.net.at(name) for name, _ in self.sketch.outputs]

    def predict(self, name):
        self.net.training = False
        for k, output in enumerate(self.run([x.detach() for x in self.net.inputs]), 1):
            self.put(f"{name}{k}", output)
        self.net.training = True
        self.outputs = [self.results[f"{name}{k}"] for k in range(1, len(self.sketch.outputs) + 1)]

    def cut(self):
        """Parts of the network, up to a mark and from it on."""
        self.part_text = []
        names, samples = self.sketch.can_be_cut_at(), len(self.sketch.samples)
        if not names or samples > 1 or len(self.sketch.outputs) > 1 or self.random.random() < 0.6:
            return
        name = self.random.choice(names)
        self.put("until1", self.net.at(name))
        self.put("from1", torch.from_numpy(self.results["predicted1"]))
        until = self.random.choice((f'predict<"{name}">(net, x)', f'predict<until<{self.name}, "{name}">>(net, x)'))
        self.part_text = [f"    const auto net = parity::loaded<{self.name}, Real>(values, \"{self.name}\");",
                          f"    const auto there = {until};", '    parity::put_each(out, "until", there);',
                          f'    parity::put_each(out, "from", predict<from<{self.name}, "{name}">>(net, there));']
        self.words.update({"predict<until<...>>", "predict<from<...>>"})

    def make_targets(self):
        self.targets, self.target_texts = [], []
        for k, (output, (_, loss)) in enumerate(zip(self.run(self.net.inputs), self.sketch.outputs), 1):
            name, shape = f"{self.name}.target{k}", output.shape
            text = f'values.of<Real>("{name}")'
            if loss.target == "number":
                target, text = torch.full(shape, 0.25, dtype=torch.float64), "Real(0.25)"
            elif loss.target == "classes":
                target = torch.tensor([self.random.randrange(shape[-1]) for _ in range(shape[:-1].numel())])
                self.inputs.stored(name, target)
                target, text = target.reshape(shape[:-1]), f'parity::classes(values["{name}"])'
            elif loss.target == "numbers":
                target = self.inputs.made(name, shape, 0).detach()
            else:
                target = golden.torch.from_numpy(golden.numbers(shape.numel(), self.inputs.streams + 1, 0)).reshape(shape)
                self.inputs.streams += 1
                target = target.abs() if loss.target == "unit" else torch.softmax(2 * target, -1).float().double()
                self.inputs.stored(name, target)
            self.targets.append(target)
            self.target_texts.append(text)

    def loss(self, outputs):
        total = sum(loss.value(output, target)
                    for output, (_, loss), target in zip(outputs, self.sketch.outputs, self.targets))
        for name, value in self.sketch.terms:
            self.at_term(name, total)
            total = total + value(self.net)
        self.without_weights = total
        if self.on_weights:
            learned = self.net.learned()
            if self.taught is None:
                reached = torch.autograd.grad(total, [tensor for _, tensor in learned], retain_graph=True, allow_unused=True)
                self.taught = {name for (name, _), gradient in zip(learned, reached)
                               if gradient is not None and name in self.net.drawn}
        for name in self.taught:
            total = total + self.on_weights[0][1](self.net.known[name])
        self.without_weights = self.without_weights * self.weight
        return total * self.weight

    def at_term(self, text, total):
        """Strata refuses a penalty at a mark behind which all gradients stop."""
        if self.checked:
            return
        value = self.net.at(text.split('"')[1])
        if not value.requires_grad or torch.autograd.grad(total, value, retain_graph=True, allow_unused=True)[0] is None:
            raise Wild

    def train(self):
        net = self.net
        if not net.learned():
            raise Wild
        outputs = self.run(net.inputs)
        for k, output in enumerate(outputs, 1):
            self.put(f"output{k}", output)
        self.checked = False
        self.taught = None if self.on_weights else set()  # what on_weights counts
        value = self.loss(outputs)
        self.checked = True
        self.put("loss_by_input", self.without_weights)
        if self.evaluates:
            net.training = False
            with torch.no_grad():
                self.put("evaluated", self.loss(self.run([x.detach() for x in net.inputs])))
            net.training = True
            self.run(net.inputs)
        found = [value.item()] * self.batches
        value.backward()
        for k, given in enumerate(net.inputs, 1):
            if given.grad is not None:
                self.put(f"input_gradient{k}", given.grad)
        for name, tensor in net.learned():
            if tensor.grad is not None:
                self.put(name.split(".", 1)[1] + ".gradient", self.batches * tensor.grad)
        optimizer = self.rule.make([tensor for _, tensor in net.learned()])
        for step in (1, 2, 3):
            if step == 3 and self.rate_of_last:
                for group in optimizer.param_groups:
                    group["lr"] = golden.as_float(self.rate_of_last)
            optimizer.zero_grad(set_to_none=True)
            net.moved = {}
            for _ in range(self.batches):
                value = self.loss(self.run([x.detach() for x in net.inputs]))
                value.backward()
                found.append(value.item())
            self.clip_gradients()
            optimizer.step()
            net.move_statistics()
        self.put("losses", torch.tensor(found, dtype=torch.float64))
        for name, tensor in [*net.parameters, *net.statistics.items()]:
            self.put(name.split(".", 1)[1] + ".after", tensor)
        with torch.no_grad():
            self.predict("predicted_after")

    def clip_gradients(self):
        gradients = [tensor.grad for _, tensor in self.net.learned() if tensor.grad is not None]
        norm = sum(gradient.square().sum() for gradient in gradients).sqrt().item()
        if norm > 1e3:
            raise Wild
        if self.clip and norm > golden.as_float(self.clip):
            for gradient in gradients:
                gradient *= golden.as_float(self.clip) / norm

    # The C++.

    def tuple_of(self, texts):
        return texts[0] if len(texts) == 1 else f"std::tuple{{{', '.join(texts)}}}"

    def write_loss(self):
        several = len(self.sketch.outputs) > 1
        summands = []
        for name, loss in self.sketch.outputs:
            if several or name and self.random.random() < 0.5:
                weight, _, what = loss.text.rpartition(" * ")
                summands.append(f'{weight + " * " if weight else ""}at<"{name}">({what})')
            else:
                summands.append(loss.text)
        summands += [text for text, _ in self.sketch.terms + self.on_weights]
        self.random.shuffle(summands)
        sum_of_all = " + ".join(summands)
        return f"{self.weight}f * ({sum_of_all})" if self.weight != 1 else sum_of_all

    def text(self):
        sketch, name = self.sketch, self.name
        samples = self.tuple_of([f'values.of<Real>("{name}.input{k if k > 1 else ""}")'
                                 for k in range(1, len(sketch.samples) + 1)])
        first = "input<" + ", ".join(str(n) for n in sketch.samples[0]) + ">"
        lines = [*sketch.parts, f"struct {name} : network<{first}, {sketches.texts(sketch.entries)}> {{}};",
                 "template <class Real>", f"void run_{name}(parity::results& out, const golden::file& values) {{",
                 f"    static_assert({name}::outputs.size() == {len(sketch.outputs)});",
                 f"    const auto x = {samples};"]
        if sketch.random_in_training:
            lines.append(f'    parity::run_in_inference<{name}, Real>(out, values, "{name}", x);')
        else:
            loss = self.loss_text
            lines.append(f"    const auto y = {self.tuple_of(self.target_texts)};")
            lines.append(f'    parity::run<{name}, {sketch.batch}, Real>(out, values, "{name}", '
                         f"{{.clip = {self.clip}, .rate_of_last = {self.rate_of_last}, .batches = {self.batches}}}, "
                         f"{loss}, {self.rule.text}, x, y);")
            if self.evaluates:
                lines.append(f'    out.put("evaluated", std::vector{{evaluate(parity::loaded<{name}, Real>(values, "{name}"), {loss}, x, y)}});')
        return "\n".join([*lines, *self.part_text, "}"])

    def calls(self):
        return [f"    run_{self.name}<{real}>(out, values);" for real in ("double", *(("float",) if self.in_float else ()))]

    # The comparison.

    def differences(self, real, ours):
        """Where the program's tensors are not PyTorch's; and the worst agreement."""
        tolerance = 1e-9 if real == "double" else 1e-4
        least = 1e-4 if real == "double" else 1e-2  # of the gradients' largest: what cancels leaves rounding
        found, worst = [], 0.0
        gradients = max([abs(tensor).max() for name, tensor in self.results.items() if name.endswith(".gradient")],
                        default=0.0)
        theirs = self.results
        for name in sorted({*ours, *theirs}):
            if name not in ours or name not in theirs:
                known = ours.get(name, theirs.get(name))
                if name.startswith(("input_gradient", "loss_by_input")) and "input_gradient1" not in ours:
                    continue  # behind frozen layers, or stop_gradient
                if known.any():
                    found.append(f"{name}: only {'Strata' if name in ours else 'PyTorch'} has it")
                continue
            if ours[name].size != theirs[name].size:
                found.append(f"{name}: {ours[name].size} values, by PyTorch {theirs[name].size}")
                continue
            scale = abs(theirs[name]).max()
            if "gradient" in name:
                scale = max(scale, least * gradients)
            error = abs(ours[name] - theirs[name])
            where = int(numpy.where(numpy.isnan(error), numpy.inf, error).argmax())
            relative = error[where] / (scale or 1.0)
            worst = max(worst, relative) if relative == relative else numpy.inf
            if not relative <= tolerance:
                found.append(f"{name}: {relative:.2g} of the largest, at {where}: {ours[name][where]:.17g}, by PyTorch "
                             f"{theirs[name][where]:.17g}")
        return found, worst


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
    parser.add_argument("--only", type=int, help="the number of one network")
    parser.add_argument("--first", type=int, default=1, help="the number of the first network")
    parser.add_argument("--compiler", default="g++", help="and options, in one argument")
    parser.add_argument("--options", default="-O1 -march=native -w", help="of the compiler")
    parser.add_argument("--together", type=int, default=8, help="networks in a program")
    parser.add_argument("--folder", type=pathlib.Path, help="where programs are left")
    given = parser.parse_args()
    torch.set_num_threads(1)
    compiler = [*given.compiler.split(), "-std=c++20", *given.options.split(),
                f"-I{HERE.parents[1] / 'include'}", f"-I{HERE.parent}", f"-I{HERE.parents[1] / 'examples'}"]
    numbers = [given.only] if given.only else list(range(given.first, given.first + given.networks))
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
                for real in ("double", "float")[:1 + study.in_float]:
                    ours = results.get((study.name, real), {})
                    found, largest = study.differences(real, ours)
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
