"""Random losses, their terms, and optimizers: as C++, and what PyTorch computes."""

import dataclasses
import typing

import golden
import layers
import torch
from torch.nn import functional


@dataclasses.dataclass
class Term:
    text: str
    value: typing.Callable
    words: list


def l1(random):
    return Term("l1{}", lambda x: x.abs().sum(), ["l1"])


def l2(random):
    return Term("l2{}", lambda x: x.square().sum(), ["l2"])


def gaussian_kl(random):
    def value(x):
        mean, log_variance = x.flatten(1).chunk(2, 1)
        return 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum()

    return Term("gaussian_kl{}", value, ["gaussian_kl"])


@dataclasses.dataclass
class Loss:
    text: str
    value: typing.Callable  # of the output and its target
    target: str  # numbers, unit (from 0 to 1), probabilities, classes, number (one for all of it)
    words: list


def cross_entropy(y, target):
    return functional.cross_entropy(y.movedim(-1, 1), target if target.dtype == torch.long else target.movedim(-1, 1))


def draw(random, sketch):
    """A loss for the value where the sketch is; may add the layer that it expects."""
    kind = random.choice(("mse", "mse", "mae", "huber", "bce", "bce_with_logits", "cross_entropy", "cross_entropy"))
    target, words = "numbers", [kind]
    if kind == "huber":
        delta = random.choice((1.0, 0.5, 0.1))
        text = "huber{}" if delta == 1 else f"huber{{.delta = {delta}f}}"
        value = lambda y, t: functional.huber_loss(y, t, delta=golden.as_float(delta))  # noqa: E731
    elif kind == "bce":
        softmax = sketch.shape[-1] > 1 and random.random() < 0.3
        sketch.put_layer(layers.plain("softmax", lambda x: torch.softmax(x, -1)) if softmax else
                         layers.plain("sigmoid", torch.sigmoid))
        text, value, target = "bce{}", functional.binary_cross_entropy, "unit"
    elif kind == "bce_with_logits":
        sketch.linear()
        text, value, target = "bce_with_logits{}", functional.binary_cross_entropy_with_logits, "unit"
    elif kind == "cross_entropy":
        for _ in range(5):
            sketch.linear()
            if sketch.shape[-1] > 1:
                break
        text, value, target = "cross_entropy{}", cross_entropy, random.choice(("probabilities", "classes"))
        words.append("cross_entropy, " + target)
    else:
        text, value = kind + "{}", {"mse": functional.mse_loss, "mae": functional.l1_loss}[kind]
    if target in ("numbers", "unit") and random.random() < 0.15:
        target = "number"
        words.append("one number for a target")
    if random.random() < 0.1:
        text = f"unchecked({text})"
        words.append("unchecked")
    if random.random() < 0.4:
        text, value = weighted(random, text, value)
        words.append("weight * loss")
    return Loss(text, value, target, words)


def weighted(random, text, value):
    weight = random.choice((0.5, 0.1, 2.0, 1.5))
    return f"{weight}f * {text}", lambda *of: golden.as_float(weight) * value(*of)


@dataclasses.dataclass
class Rule:
    text: str
    make: typing.Callable  # of parameters
    rate: float
    words: list


def rule(random, in_float):
    kind = random.choice(("sgd", "sgd", "adam", "adamw", "rmsprop"))
    as_float = golden.as_float
    words = [kind]
    options = {}
    if kind == "sgd":
        rate = random.choice((0.01, 0.05, 0.1))
        if random.random() < 0.6:
            options["momentum"] = random.choice((0.9, 0.5))
            if random.random() < 0.5:
                options["nesterov"] = True
        torch_options = {name: as_float(value) if name == "momentum" else value for name, value in options.items()}
        make = torch.optim.SGD
    else:
        rate = random.choice((0.001, 0.01, 0.02))
        if in_float or random.random() < 0.8:
            options["epsilon"] = random.choice((1e-3, 1e-2, 0.05))
        else:  # steps by gradients that are zero but for rounding, divided by the default of 1e-8, are to stay small
            rate = 0.001
        torch_options = {"eps": as_float(options.get("epsilon", 1e-8))}
        if kind == "rmsprop":
            if random.random() < 0.7:
                options = {"decay": random.choice((0.9, 0.5)), **options}
            torch_options["alpha"] = as_float(options.get("decay", 0.99))
            make = torch.optim.RMSprop
        else:
            if random.random() < 0.7:
                options = {"beta1": random.choice((0.8, 0.0)), "beta2": random.choice((0.9, 0.99)), **options}
            torch_options["betas"] = as_float(options.get("beta1", 0.9)), as_float(options.get("beta2", 0.999))
            decay = 0.01 if kind == "adamw" else 0
            if random.random() < 0.4:
                decay = options["weight_decay"] = random.choice((0.1, 0.5))
            torch_options["weight_decay"] = as_float(decay)
            make = torch.optim.AdamW
    words += [f"{kind}, {name}" for name in options]
    text = ", ".join([f".learning_rate = {rate}f"] + [f".{name} = {str(value).lower()}{'' if value is True else 'f'}"
                                                      for name, value in options.items()])
    return Rule(f"{kind}{{{text}}}", lambda parameters: make(parameters, lr=as_float(rate), **torch_options), rate, words)
