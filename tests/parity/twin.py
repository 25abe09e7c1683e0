"""A network of the parity tests in PyTorch: golden.Network, and what random networks need beyond it."""

import contextlib

import golden
import torch
from torch.nn import functional


class Twin(golden.Network):
    """Runs entries, each of which is a function of this class, in the order of Strata's flat list.

    Marks go by the names that they have outside of scopes; a name is looked for in the innermost scope first, as Strata
    does. Weights of a shared entry are those of the scope's, layer by layer.
    """

    def __init__(self, recorder, name, samples, rows, log2):
        super().__init__(recorder, name, samples[0], rows, log2)
        self.inputs = [self.input] + [recorder.made(f"{name}.input{k}", (rows, *sample), log2)
                                      for k, sample in enumerate(samples[1:], 2)]
        self.rows = rows
        self.training = True
        self.frozen = False
        self.fixed = set()  # names of parameters that do not learn
        self.drawn = set()  # those that an initializer draws
        self.statistics, self.moved = {}, {}  # running ones, by name, and where the next step brings them
        self.restart(self.inputs)

    def restart(self, inputs):
        """Before each run of the entries."""
        self.given = list(inputs)
        self.number, self.x = 0, self.given[0]
        self.next_input = 1
        self.marks, self.prefixes, self.scopes = {}, [""], {}
        self.tied, self.last_mark = {}, (-1, "")
        self.owners, self.owner = None, None

    # Values at marks.

    def mark(self, name):
        self.marks[self.prefixes[-1] + name] = self.x
        self.skip()
        self.last_mark = (self.number, self.prefixes[-1] + name)

    def look_up(self, found, name):
        return next(found[prefix + name] for prefix in reversed(self.prefixes) if prefix + name in found)

    def at(self, name):
        return self.look_up(self.marks, name)

    def another_input(self):
        self.skip(self.given[self.next_input])
        self.next_input += 1

    @contextlib.contextmanager
    def scope(self, name):
        self.prefixes.append(self.prefixes[-1] + name + "/")
        self.scopes[self.prefixes[-1]] = []
        yield
        self.prefixes.pop()

    @contextlib.contextmanager
    def shared(self, name):
        found = [prefix + name + "/" for prefix in reversed(self.prefixes) if prefix + name + "/" in self.scopes]
        self.owners, self.owner = iter(self.scopes[found[0]]), None
        yield
        self.owners = None

    @contextlib.contextmanager
    def frozen_layers(self):
        before, self.frozen = self.frozen, True
        yield
        self.frozen = before

    # Parameters.

    def parameter_name(self, what):
        number = self.number
        if self.owners is not None:
            if self.owner is None or self.owner[0] != number:
                self.owner = (number, next(self.owners))
            number = self.owner[1]
        else:
            for prefix in self.prefixes[1:]:
                if number not in self.scopes[prefix]:
                    self.scopes[prefix].append(number)
        return f"{self.name}.{number}.{what}"

    def parameter(self, what, shape, log2):
        name = self.parameter_name(what)
        if name not in self.known:
            self.known[name] = self.recorder.made(name, shape, log2)
            self.parameters.append((name, self.known[name]))
            if self.frozen:
                self.fixed.add(name)
        tensor = self.known[name]
        return tensor.detach() if self.frozen or name in self.fixed else tensor

    def weights(self, weight, biases, log2):
        found = super().weights(weight, biases, log2)
        if self.owners is None:
            self.drawn.add(f"{self.name}.{self.number}.weight")
        return found

    def learned(self):
        return [(name, tensor) for name, tensor in self.parameters if name not in self.fixed]

    # Layers that are not golden.Network's, or differ.

    def relu(self):
        self.skip(functional.relu(self.x))

    def max_pool2d(self, window, stride, padding):
        self.skip(golden.max_pool2d(self.x, window, stride, padding))

    def average_pool2d(self, window, stride, padding):
        self.skip(golden.average_pool2d(self.x, window, stride, padding))

    def statistic(self, what, count):
        """A running mean or variance, other than what it starts with in training."""
        name = self.parameter_name(what)
        if name not in self.statistics:
            values = golden.numbers(count, self.recorder.streams + 1, -1)
            self.recorder.streams += 1
            tensor = torch.from_numpy(values if what == "running_mean" else 0.75 + values)
            self.recorder.stored(name, tensor)
            self.statistics[name] = tensor
        return name, self.statistics[name]

    def batch_norm(self, momentum, epsilon):
        """In training, running statistics move when a gradient arrives: by one use after the other, backwards."""
        weight, bias = self.normalization()
        names, statistics = zip(*(self.statistic(what, weight.numel()) for what in ("running_mean", "running_var")))
        by_batch = self.training and not self.frozen
        of_batch = [tensor.clone() for tensor in statistics]
        self.x = functional.batch_norm(self.x.movedim(-1, 1), *of_batch, weight, bias, training=by_batch, momentum=1.0,
                                       eps=golden.as_float(epsilon)).movedim(1, -1)
        if not by_batch or not self.x.requires_grad or names[0].replace("running_mean", "weight") in self.fixed:
            return

        def move(_):
            for name, statistic, value in zip(names, statistics, of_batch):
                now = self.moved.get(name, statistic)
                self.moved[name] = now + golden.as_float(momentum) * (value - now)

        self.x.register_hook(move)

    def move_statistics(self):
        """What a step does, after the passes backwards that come before it."""
        for name, value in self.moved.items():
            self.statistics[name].copy_(value)
        self.moved = {}

    def dense(self, units, log2):
        marked = self.last_mark
        weight = golden.Network.dense(self, units, log2)
        if marked[0] == self.number - 1:
            self.tied[marked[1]] = weight

    def tied_dense(self, name, log2):
        """With the matrix of the dense layer right behind a mark."""
        golden.Network.tied_dense(self, self.look_up(self.tied, name), log2)

    def sample_gaussian(self):
        """Outside of training: the means."""
        self.skip(self.x[:, :self.x.shape[1] // 2])

    def conv2d_transpose(self, filters, kernel, log2, stride, same, output_padding=None, padding=None):
        """Sizes are Keras's, or with padding PyTorch's."""
        weight, bias = self.weights((*kernel, filters, self.x.shape[3]), filters, log2)
        if padding is not None:
            self.x = golden.conv2d_transpose(self.x, weight, bias, stride, False, output_padding or (0, 0), padding)
            return
        reach = [(size - 1) * step + window for size, step, window in zip(self.x.shape[1:3], stride, kernel)]
        if output_padding is not None:
            image = [size + more - (window // 2 * 2 if same else 0)
                     for size, more, window in zip(reach, output_padding, kernel)]
        else:
            image = [size * step + (0 if same else max(0, window - step))
                     for size, step, window in zip(self.x.shape[1:3], stride, kernel)]
        missing = [max(0, size - reached) for size, reached in zip(image, reach)]
        self.x = golden.conv2d_transpose(self.x, weight, bias, stride, False, missing)
        for axis, (size, reached) in enumerate(zip(image, reach), 1):
            self.x = self.x.narrow(axis, max(0, reached - size) // 2 if same else 0, size)
