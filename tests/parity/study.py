"""A random network, what PyTorch makes of it, and the C++ that computes the same."""

import random

import golden
import losses
import numpy
import sketch as sketches
import torch
from twin import Twin


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
        if self.in_float and any("bce" in loss.words for _, loss in self.sketch.outputs):
            # A float near 1 says little of what is missing.
            outputs = numpy.concatenate([values for name, values in self.results.items() if name.startswith("predicted")])
            self.in_float = not (outputs > 1 - 1e-4).any()
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
                target = torch.from_numpy(golden.numbers(shape.numel(), self.inputs.streams + 1, 0)).reshape(shape)
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
                         f"{{.clip = {float(self.clip)}f, .rate_of_last = {float(self.rate_of_last)}f, .batches = {self.batches}}}, "
                         f"{loss}, {self.rule.text}, x, y);")
            if self.evaluates:
                lines.append(f'    out.put("evaluated", std::vector{{evaluate(parity::loaded<{name}, Real>(values, "{name}"), {loss}, x, y)}});')
        return "\n".join([*lines, *self.part_text, "}"])

    def calls(self):
        return [f"    run_{self.name}<{real}>(out, values);" for real in ("double", *(("float",) if self.in_float else ()))]

    # The comparison.

    def differences(self, real, ours, in_double=0.0):
        """Where the program's tensors are not PyTorch's; and the worst agreement. Where that was not better than 1e-11 in double,
        rounding grows on the way through the network, and floats agree to 1e-3 instead of 1e-4."""
        tolerance = 1e-9 if real == "double" else 1e-4 if in_double < 1e-11 else 1e-3
        least, of_zero = (1e-4, 1e-4) if real == "double" else (1e-2, 1)  # of the gradients' largest: what cancels leaves rounding
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
            scale = max(abs(theirs[name]).max(), 1e-9)  # what is less is rounding: a variance of equal numbers, say
            if "gradient" in name:
                scale = max(scale, (of_zero if scale < 1e-10 * gradients else least) * gradients)
            error = abs(ours[name] - theirs[name])
            where = int(numpy.where(numpy.isnan(error), numpy.inf, error).argmax())
            relative = error[where] / scale
            worst = max(worst, relative) if relative == relative else numpy.inf
            if not relative <= tolerance:
                found.append(f"{name}: {relative:.2g} of the largest, at {where}: {ours[name][where]:.17g}, by PyTorch "
                             f"{theirs[name][where]:.17g}")
        return found, worst
