"""Golden values of the other losses behind one dense layer: output, loss and all gradients, by PyTorch.

    /usr/bin/python3 tests/golden/losses.py            writes losses.f64
    /usr/bin/python3 tests/golden/losses.py --check    compares with it
"""

import golden
import torch
from torch.nn import functional


def target(recorder, net, function):
    """Probabilities from made numbers. They are stored: exp is no number that two sides compute to the same bits."""
    values = function(recorder.made(f"{net.name}.target.from", net.x.shape, 1).detach()).float()
    recorder.stored(f"{net.name}.target", values)
    return values.double()


def build(recorder):
    net = golden.Network(recorder, "bce", sample=(7,), rows=5, log2=1)
    net.dense(11, -1)
    net.skip(torch.sigmoid(net.x))
    net.finish_with(functional.binary_cross_entropy(net.x, target(recorder, net, torch.sigmoid)))

    # Logits of +-20 and more, where a sigmoid in float is 1.
    net = golden.Network(recorder, "bce_with_logits", sample=(7,), rows=5, log2=2)
    net.dense(11, 1)
    assert net.x.abs().max() > 20
    net.finish_with(functional.binary_cross_entropy_with_logits(net.x, target(recorder, net, torch.sigmoid)))

    net = golden.Network(recorder, "cross_entropy", sample=(7,), rows=5, log2=1)
    net.dense(11, 0)
    net.finish_with(functional.cross_entropy(net.x, target(recorder, net, lambda x: torch.softmax(x, 1))))

    # Differences on both sides of Huber's bend.
    for name, function in (("mae", functional.l1_loss), ("huber", functional.huber_loss)):
        net = golden.Network(recorder, name, sample=(7,), rows=5, log2=1)
        net.dense(11, 0)
        wanted = recorder.made(f"{name}.target", net.x.shape, 1).detach()
        net.finish_with(function(net.x, wanted))


golden.main(build, "losses.f64")
