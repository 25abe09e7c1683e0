"""Golden values of a siamese pair, one encoder for two inputs: outputs, losses, all gradients, and the weights after three
steps of torch.optim.SGD, by PyTorch. In `one_sided` the first use is detached.

    /usr/bin/python3 tests/golden/siamese.py            writes siamese.f64
    /usr/bin/python3 tests/golden/siamese.py --check    compares with it
"""

import golden
import torch


def siamese(net, other, detach):
    first, first_bias = net.weights((9, 7), 7, -1)
    net.skip()  # tanh
    second, second_bias = net.weights((7, 5), 5, -1)

    def encode(x):
        return torch.tanh(x @ first + first_bias) @ second + second_bias

    a = encode(net.x).detach() if detach else encode(net.x)
    net.x = encode(other) - a
    net.number = 10 if detach else 9
    net.skip(net.x * a)
    net.dense(2, -1)


def build(recorder):
    for name, detach in (("siamese", False), ("one_sided", True)):
        net = golden.Network(recorder, name, sample=(9,), rows=3, log2=0)
        other = recorder.made(f"{name}.other", (3, 9), 0)
        siamese(net, other, detach)
        target = recorder.made(f"{name}.target", net.x.shape, 0).detach()
        loss = torch.nn.functional.mse_loss(net.x, target)
        loss.backward()
        recorder.stored(f"{name}.output", net.x)
        if not detach:
            recorder.stored(f"{name}.input.gradient", net.input.grad)
            recorder.stored(f"{name}.other.gradient", other.grad)
        for parameter, tensor in net.parameters:
            recorder.stored(f"{parameter}.gradient", tensor.grad)

        def again(net=net, other=other, detach=detach, target=target):
            siamese(net, other.detach(), detach)
            return torch.nn.functional.mse_loss(net.x, target)

        net.finish_steps(again)


golden.main(build, "siamese.f64")
