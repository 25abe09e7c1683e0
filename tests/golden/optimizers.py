"""Golden values of optimizers: losses and weights of a small network over five steps of torch.optim, by PyTorch.

The learning rate is halved before the fourth step: formulas that agree at a constant rate then part. All options
are powers of two or sums of a few, so that they are the same numbers in float and double.

    /usr/bin/python3 tests/golden/optimizers.py            writes optimizers.f64
    /usr/bin/python3 tests/golden/optimizers.py --check    compares with it
"""

import golden
import torch


def train(recorder, name, make_optimizer):
    x = recorder.made(f"{name}.input", (4, 7), 1)
    weights = [(f"{name}.{what}", recorder.made(f"{name}.{what}", shape, -1))
               for what, shape in (("1.weight", (7, 19)), ("1.bias", (19,)), ("3.weight", (19, 3)), ("3.bias", (3,)))]
    target = recorder.made(f"{name}.target", (4, 3), 0).detach()
    w1, b1, w2, b2 = [tensor for _, tensor in weights]
    optimizer = make_optimizer([w1, b1, w2, b2])
    losses = []
    for step in range(1, 6):
        if step == 4:
            for group in optimizer.param_groups:
                group["lr"] /= 2
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(torch.tanh(x @ w1 + b1) @ w2 + b2, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        for parameter, tensor in weights:
            recorder.stored(f"{parameter}.after.{step}", tensor)
    assert losses[-1] < losses[0], losses
    recorder.stored(f"{name}.losses", torch.tensor(losses, dtype=torch.float64))


def build(recorder):
    adam = {"betas": (0.875, 0.9375), "eps": 2.0**-10}
    for name, optimizer, options in (
            ("sgd", torch.optim.SGD, {}),
            ("momentum", torch.optim.SGD, {"momentum": 0.875}),
            ("nesterov", torch.optim.SGD, {"momentum": 0.875, "nesterov": True}),
            ("adam", torch.optim.Adam, adam),
            ("adamw", torch.optim.AdamW, {**adam, "weight_decay": 0.25}),
            ("rmsprop", torch.optim.RMSprop, {"alpha": 0.875, "eps": 2.0**-10})):
        rate = 0.125 if optimizer is torch.optim.SGD else 0.03125
        train(recorder, name, lambda parameters: optimizer(parameters, lr=rate, **options))


golden.main(build, "optimizers.f64")
