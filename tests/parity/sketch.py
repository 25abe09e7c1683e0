"""A random network: its entries, its losses, its optimizer, each as C++ and as what a Twin does."""

import collections
import math

import golden
import layers
import losses
import torch
from twin import Twin


class Dry(Twin):
    """To draw with: knows shapes, and makes new weights at every run."""

    def parameter(self, what, shape, log2):
        self.parameter_name(what)
        return self.recorder.made("", shape, log2).detach()

    def statistic(self, what, count):
        self.parameter_name(what)
        return what, torch.ones(count, dtype=torch.float64)

    def state(self):
        scopes = {name: list(numbers) for name, numbers in self.scopes.items()}
        return self.x, self.number, dict(self.marks), scopes, dict(self.tied), self.last_mark, list(self.prefixes)

    def go_back(self, state):
        self.x, self.number, self.marks, self.scopes, self.tied, self.last_mark, self.prefixes = state


def run_all(net, entries):
    for _, run in entries:
        run(net)


def texts(entries):
    return ", ".join(text for text, _ in entries)


class Sketch:
    """Entries are pairs of C++ and a function of a Twin. They are drawn by running them: so shapes are known."""

    def __init__(self, random, name):
        self.random, self.name = random, name
        self.rows = random.choice((1, 2, 3, 3, 4, 5, 5, 6, 7, 9))
        self.batch = self.rows + random.choice((0, 0, 0, 1, 4))
        self.words = collections.Counter()
        self.parts = []  # networks that are spliced
        self.entries = []
        self.marks, self.seen_from = [], 0  # readable ones; those from here on
        self.pending = []  # to be joined before the end
        self.reads = []  # of marks: at the top, by which entry (or one within it)
        self.top = self.entries
        self.may_mark = True
        self.scopes = []  # that can be shared: name, entries, shape
        self.names, self.depth = 0, 0
        self.outputs = []  # a loss each
        self.terms = []
        self.random_in_training = False
        self.samples = [self.sample()]
        self.net = Dry(golden.Recorder(), name, self.samples, self.rows, 0)
        self.count("input")
        with torch.no_grad():
            self.body(random.randint(2, 5))
            self.finish()
        del self.net

    def count(self, *words):
        self.words.update(set(words))

    def sample(self):
        pick = self.random.random
        if pick() < 0.5:
            return (self.random.choice(layers.UNITS),)
        if pick() < 0.1:  # for Winograd's convolutions
            return self.random.randint(7, 9), self.random.randint(7, 9), self.random.choice((16, 17))
        if pick() < 0.9:
            return self.random.randint(1, 8), self.random.randint(1, 8), self.random.choice((1, 2, 3, 4, 5, 7, 16, 17))
        self.count("input of 2 or 4 extents")
        return self.random.choice(((3, 5), (4, 1), (2, 3, 2, 3), (1, 2, 3, 4)))

    @property
    def shape(self):
        return tuple(self.net.x.shape[1:])

    def put(self, text, run, *words):
        run(self.net)
        self.entries.append((text, run))
        self.count(*words)

    def new_name(self, letter):
        self.names += 1
        return f"{letter}{self.names}"

    def read(self, full):
        self.reads.append((len(self.top), full))
        return self.relative(full)

    def relative(self, full):
        """A name as it is written where the net is now."""
        for prefix in reversed(self.net.prefixes):
            if full.startswith(prefix):
                return full[len(prefix):]
        raise AssertionError(full)

    def nested(self, draw):
        """The entries that draw() draws; the net is where it was before."""
        before, outer, self.entries = self.net.state(), self.entries, []
        draw()
        found, self.entries = self.entries, outer
        self.net.go_back(before)
        return found

    def without_marks(self, draw):
        may, self.may_mark = self.may_mark, False
        found = self.nested(draw)
        self.may_mark = may
        return found

    # What a network is made of.

    def layer(self, keep=False):
        for _ in range(50):
            text, run, words = layers.draw(self.random, self.shape, self.rows, keep)
            before = self.net.state()
            run(self.net)
            values = self.net.x
            self.net.go_back(before)
            if values[0].numel() <= layers.MOST_VALUES and values.abs().max() < 30 and values[0].numel() > 0:
                return self.put(text, run, *words)
        self.put(*self.unpack(layers.plain("tanh_", torch.tanh)))

    @staticmethod
    def unpack(drawn):
        return drawn[0], drawn[1], *drawn[2]

    def chain(self, count, keep=False):
        for _ in range(count):
            self.layer(keep)

    def put_layer(self, drawn):
        self.put(*self.unpack(drawn))

    def flat(self):
        if len(self.shape) != 1:
            pooled = len(self.shape) == 3 and self.random.random() < 0.3
            self.put_layer((layers.global_average_pool2d if pooled else layers.flatten)(self.random, self.shape))

    def dense(self, units):
        if self.shape[0] * units > 2 * layers.MOST_WEIGHTS:
            self.put_layer(layers.dense(self.random, self.shape, 3))
        self.put_layer(layers.dense(self.random, self.shape, units))

    def steer(self, shape):
        """To a value of this shape."""
        if self.shape == shape:
            return
        if len(shape) == len(self.shape) == 3 and self.shape[:2] == shape[:2]:
            return self.put_layer(layers.conv2d(self.random, self.shape, shape[2], keep=True))
        count = math.prod(shape)
        if math.prod(self.shape) != count:
            self.flat()
            if self.shape[0] != count:
                self.dense(count)
        if self.shape != shape:
            self.put_layer(layers.plain(layers.brackets("reshape", *shape) if len(shape) > 1 else "flatten",
                                        lambda x: x.reshape(-1, *shape)))

    def linear(self, even=False):
        """A layer with weights that ends in any numbers."""
        if len(self.shape) == 3 and self.random.random() < 0.7:
            filters = 2 * self.random.randint(1, 4) if even else None
            return self.put_layer(layers.conv2d(self.random, self.shape, filters, keep=self.random.random() < 0.5))
        self.flat()
        self.put_layer(layers.dense(self.random, self.shape, 2 * self.random.randint(1, 6) if even else None))

    def mark(self, letter="m", readable=True):
        name = self.new_name(letter)
        self.put(f'mark<"{name}">', lambda net: net.mark(name), "mark")
        full = self.net.prefixes[-1] + name
        if readable:
            self.marks.append(full)
        return full

    def body_to(self, shape):
        self.inner(keep=self.random.random() < 0.6)
        self.steer(shape)

    def inner(self, keep=False):
        """Of a body, which may have another in it."""
        self.depth += 1
        self.chain(self.random.randint(1, 3), keep)
        if self.depth < 3 and self.random.random() < 0.25:
            self.random.choice((self.residual, self.paths, self.repeat))()
            self.chain(self.random.randint(0, 1), keep)
        self.depth -= 1

    def residual(self):
        shape = self.shape
        body = self.nested(lambda: self.body_to(shape))

        def run(net):
            start = net.x
            run_all(net, body)
            net.skip(net.x + start)

        self.put(f"residual<{texts(body)}>", run, "residual")

    def repeat(self):
        times, shape = self.random.choice((2, 2, 3)), self.shape
        body = self.without_marks(lambda: self.body_to(shape))

        def run(net):
            for _ in range(times):
                run_all(net, body)

        self.put(f"repeat<{times}, {texts(body)}>", run, "repeat")

    def paths(self):
        concat = self.random.random() < 0.5
        to = []

        def path():
            if self.random.random() < 0.2:
                self.put("stop_gradient", lambda net: net.skip(net.x.detach()), "stop_gradient")
            if to or self.random.random() < 0.8:
                self.inner()
            if to:
                self.steer((*to[0][:-1], self.random.choice(layers.CHANNELS)) if concat else to[0])
            to.append(self.shape)

        bodies = [self.nested(path) for _ in range(self.random.choice((2, 2, 3)))]
        if to[0] == self.shape and not concat and self.random.random() < 0.3:
            bodies.insert(self.random.randint(0, len(bodies)), [])

        def run(net):
            start, ends = net.x, []
            for body in bodies:
                if ends:
                    net.skip(start)  # the way back
                run_all(net, body)
                ends.append(net.x)
            net.skip(torch.cat(ends, -1) if concat else sum(ends))

        name = "concat_of" if concat else "sum_of"
        self.put(f"{name}<{', '.join(f'path<{texts(body)}>' for body in bodies)}>", run, name)

    def scope(self):
        name, shape, share = self.new_name("s"), self.shape, self.random.random() < 0.6

        def draw():
            with self.net.scope(name):
                if share:
                    self.linear()
                self.body(self.random.randint(1, 2), deep=True)
                full.append(self.net.prefixes[-1])

        full = []
        body = self.without_marks(draw) if share else self.nested(draw)

        def run(net):
            with net.scope(name):
                run_all(net, body)

        self.put(f'scope<"{name}", {texts(body)}>', run, "scope")
        if share and not any("tied" in text or "shared" in text for text, _ in body):
            self.scopes.append((full[0][:-1], body, shape))

    def shared(self):
        full, body, shape = self.random.choice(self.scopes)
        self.steer(shape)
        name = self.relative(full)

        def run(net):
            with net.shared(name):
                run_all(net, body)

        self.put(f'shared<"{name}", {texts(body)}>', run, "shared")

    def frozen(self):
        def draw():
            self.chain(self.random.randint(1, 3))
            if self.random.random() < 0.3:
                self.put_layer(layers.plain(self.random.choice(("dropout<0.4>", "gaussian_noise<0.5>")), lambda x: x))
            if len(self.shape) == 1 and self.shape[0] % 2 == 0 and self.random.random() < 0.5:
                self.put("sample_gaussian", lambda net: net.sample_gaussian(), "sample_gaussian")

        body = self.nested(draw)

        def run(net):
            with net.frozen_layers():
                run_all(net, body)

        self.put(f"frozen<{texts(body)}>", run, "frozen")

    def noise(self):
        """Layers that draw random numbers in training: such a network is compared in inference alone."""
        self.random_in_training = True
        kind = self.random.choice(("dropout<0.4>", "gaussian_noise<0.5>", "sample_gaussian"))
        if kind != "sample_gaussian":
            return self.put_layer(layers.plain(kind, lambda x: x))
        self.flat()
        self.dense(2 * self.random.randint(1, 6))
        self.put(kind, lambda net: net.sample_gaussian(), kind)

    def tied(self):
        self.flat()
        units = self.shape[0]
        name = self.relative(self.mark("t"))
        self.put_layer(layers.dense(self.random, self.shape))
        inner = self.shape
        self.layer(keep=True)
        self.steer(inner)
        self.put(f'tied_dense<{units}, "{name}">', lambda net: net.tied_dense(name, layers.limit(units)), "tied_dense")

    def splice(self):
        """Of a network that knows nothing of this one's marks."""
        shape, seen_from, name = self.shape, self.seen_from, self.new_name(self.name + "_part")
        self.seen_from = len(self.marks)
        body = self.nested(self.inner)
        self.seen_from = seen_from
        self.parts.append(f"struct {name} : network<{layers.brackets('input', *shape)}, {texts(body)}> {{}};")
        self.put(f"splice<{name}>", lambda net: run_all(net, body), "splice")

    def join(self, full=None):
        """Of the value right here, brought to the shape of a mark's, and that one."""
        full = full or self.random.choice(self.marks[self.seen_from:])
        shape = tuple(self.net.marks[full].shape[1:])
        kind = self.random.choice(("add", "subtract", "multiply", "concat"))
        if kind == "concat":
            if self.shape[:-1] != shape[:-1]:
                self.steer(shape)
        else:
            self.steer(shape)
        names = [self.read(full)]
        if kind != "subtract":
            others = [mark for mark in self.marks[self.seen_from:]
                      if (self.net.marks[mark].shape[1:] if kind != "concat" else self.net.marks[mark].shape[1:-1]) ==
                      (shape if kind != "concat" else shape[:-1])]
            names += [self.read(self.random.choice(others)) for _ in range(self.random.choice((0, 0, 1, 2)))]
        if len(names) > 1:
            self.count(kind + ", of 3 or 4 values")
        self.pending = [mark for mark in self.pending if self.relative(mark) not in names]

        def run(net):
            found = [net.x] + [net.at(name) for name in names]
            if kind == "concat":
                net.skip(torch.cat(found, -1))
            elif kind == "add":
                net.skip(sum(found))
            elif kind == "subtract":
                net.skip(found[0] - found[1])
            else:
                product = found[0]
                for value in found[1:]:
                    product = product * value
                net.skip(product)

        listed = ", ".join('"' + name + '"' for name in names)
        self.put(f"{kind}<{listed}>", run, kind)
        if self.net.x.abs().max() > 20:
            self.put_layer(layers.plain("tanh_", torch.tanh))

    def stop(self):
        """A branch without a gradient, and the join of it with the value."""
        full = self.mark()
        self.put("stop_gradient", lambda net: net.skip(net.x.detach()), "stop_gradient")
        self.chain(self.random.choice((0, 1, 1, 2)))
        self.join(full)

    # At the top alone.

    def resume(self):
        full = self.random.choice(self.marks)
        name = self.read(full)
        self.put(f'resume<"{name}">', lambda net: net.skip(net.at(name)), "resume")
        self.layer()

    def another_input(self):
        self.samples.append(self.sample())
        self.net.given.append(self.net.recorder.made("", (self.rows, *self.samples[-1]), 0).detach())
        self.put(layers.brackets("input", *self.samples[-1]), lambda net: net.another_input(), "several inputs")
        self.layer()
        if self.entries[-1][0].startswith(("flatten", "reshape")):
            self.linear()  # an input that comes out as it went in is refused

    def branch(self):
        """Leaves the value here, to be joined later or as an output, and goes on from another."""
        if self.random.random() < 0.4:
            self.finish_output()
            if self.random.random() < 0.9 and self.marks:
                self.resume()
            else:
                self.another_input()
        else:
            self.pending.append(self.mark())
            if self.random.random() < 0.4:
                self.resume()
            else:
                self.another_input()

    def penalized(self):
        """A mark for a term of the loss."""
        even = self.random.random() < 0.5
        self.linear(even)
        if even:
            self.chain(self.random.choice((0, 0, 1)), keep=True)
        kinds = [losses.l1, losses.l2] + ([losses.gaussian_kl] * 2 if math.prod(self.shape) % 2 == 0 else [])
        term, name = self.random.choice(kinds)(self.random), self.mark("p", readable=False)
        self.count(*term.words, "term at a mark")
        self.terms.append((f'at<"{name}">({term.text})', lambda net: term.value(net.at(name)) / net.rows))

    def body(self, count, deep=False):
        for _ in range(count):
            kinds = [lambda: self.chain(self.random.randint(1, 3))] * 4
            kinds += [self.residual, self.repeat, self.paths, self.paths, self.frozen]
            if self.scopes:
                kinds += [self.shared] * 8
            if self.marks[self.seen_from:]:
                kinds += [self.join] * 3
            if not deep or len(self.net.prefixes) < 3:
                kinds += [self.scope] * 2
            if self.may_mark:
                kinds += [self.mark] * 2 + [self.tied, self.stop]
            if not deep:
                kinds += [self.splice, self.branch, self.branch, self.penalized]
            if not deep and self.random.random() < 0.05:
                kinds = [self.noise]
            self.random.choice(kinds)()

    def finish_output(self):
        if not self.net.drawn or self.random.random() < 0.7:
            self.linear()
        loss = losses.draw(self.random, self)
        name = self.mark("out", readable=False)
        self.count("mark", *loss.words)
        self.outputs.append((name, loss))

    def can_be_cut_at(self):
        """The marks behind which nothing reads what comes before them."""
        places = [(number, text[6:-2]) for number, (text, _) in enumerate(self.entries) if text.startswith("mark<")]
        place_of = {name: number for number, name in places}
        return [name for number, name in places
                if 0 < number < len(self.entries) - 1 and
                all(place_of.get(read.split("/")[0], -1) >= number for by, read in self.reads if by > number)]

    def finish(self):
        for full in list(self.pending):
            if full in self.pending:
                self.join(full)
        self.finish_output()
        if len(self.outputs) > 1:
            self.count("several outputs")
        elif self.random.random() < 0.5:
            self.entries.pop()
            self.outputs[0] = None, self.outputs[0][1]
        if len(self.samples) == 1:
            self.words.pop("several inputs", None)
