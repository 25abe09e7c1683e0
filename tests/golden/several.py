"""Golden values of networks with several inputs and outputs: outputs, losses, all gradients, and the weights after three
steps of torch.optim.SGD, by PyTorch. A classifier with two heads, a conditional variational autoencoder, and three rounds of
a conditional GAN.

    /usr/bin/python3 tests/golden/several.py            writes several.f64
    /usr/bin/python3 tests/golden/several.py --check    compares with it
"""

import golden
import torch
import torch.nn.functional as functional

ROWS = 3


def two_heads(net, _):
    net.dense(8, -1)
    net.skip(torch.tanh(net.x))
    trunk = net.x
    net.skip()  # the mark
    net.dense(5, -1)
    digit = net.x
    net.skip()  # the mark
    net.skip(trunk)  # resume
    net.dense(6, -1)
    net.skip(torch.sigmoid(net.x))
    net.dense(3, -1)
    return digit, net.x


def loss_of_two_heads(net, outputs, target):
    return (functional.cross_entropy(outputs[0], torch.tensor((4, 0, 2))) +
            golden.as_float(0.1) * functional.mse_loss(outputs[1], target))


def autoencoder(net, inputs):
    """Numbers of its class and of a draw go in beside the image; the moments come out for the loss."""
    of_class, noise = inputs
    net.conv2d(3, (3, 3), -1, stride=(1, 1), same=True)
    net.skip(torch.tanh(net.x))
    net.skip(net.x.flatten(1))
    image = net.x
    net.skip()  # the mark
    net.skip()  # the input
    net.skip()  # the mark
    net.skip(torch.cat((of_class, image), -1))
    net.dense(10, -2)
    net.skip(torch.tanh(net.x))
    net.dense(8, -1)
    net.moments = net.x
    net.skip()  # the mark
    net.skip()  # the input
    mean, log_variance = net.moments.split(4, -1)
    net.skip(mean + torch.exp(log_variance / 2) * noise)
    net.skip()  # the mark
    net.skip(torch.cat((net.x, of_class), -1))
    net.dense(12, -1)
    net.skip(torch.tanh(net.x))
    net.dense(16, -1)
    net.skip(net.x.reshape(-1, 4, 4, 1))
    return (net.x,)


def loss_of_autoencoder(net, outputs, target):
    mean, log_variance = net.moments.split(4, -1)
    divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum() / ROWS
    return 16 * functional.binary_cross_entropy_with_logits(outputs[0], target) + divergence


def record(recorder, name, layers, samples, loss):
    """The target, from 0 to 1, is that of the last output."""
    net = golden.Network(recorder, name, sample=samples[0], rows=ROWS, log2=0)
    others = [recorder.made(f"{name}.input{k}", (ROWS, *sample), 0) for k, sample in enumerate(samples[1:], 2)]
    found = layers(net, others)
    target = recorder.made(f"{name}.target", found[-1].shape, 0).detach().abs()
    value = loss(net, found, target)
    value.backward()
    recorder.stored(f"{name}.loss", value.reshape(1))
    for k, output in enumerate(found, 1):
        recorder.stored(f"{name}.output{k}", output)
    recorder.stored(f"{name}.input.gradient", net.input.grad)
    for k, other in enumerate(others, 2):
        recorder.stored(f"{name}.input{k}.gradient", other.grad)
    for parameter, tensor in net.parameters:
        recorder.stored(f"{parameter}.gradient", tensor.grad)
    net.finish_steps(lambda: loss(net, layers(net, [other.detach() for other in others]), target))


def gan(recorder):
    def network(name, sizes):
        """Dense layers behind an input, its mark, another input and the join: numbers 4, 6, ..."""
        layers = []
        for number, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            at = f"{name}.{4 + 2 * number}"
            layers.append((f"{at}.weight", recorder.made(f"{at}.weight", (inputs, outputs), -1)))
            layers.append((f"{at}.bias", recorder.made(f"{at}.bias", (outputs,), -1)))
        return layers

    generator, critic = network("generator", (5 + 3, 8, 6)), network("critic", (6 + 3, 8, 1))
    optimizers = [torch.optim.SGD([tensor for _, tensor in net], lr=0.0625, momentum=0.875)
                  for net in (generator, critic)]

    def run(layers, x, of_class):
        (_, w1), (_, b1), (_, w2), (_, b2) = layers
        return torch.tanh(torch.cat((of_class, x), -1) @ w1 + b1) @ w2 + b2

    def against(logits, wanted):
        return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, wanted))

    losses = []
    for step in range(1, 4):
        real, noise, of_class = (recorder.made(f"{what}{step}", (4, width), 0).detach()
                                 for what, width in (("real", 6), ("noise", 5), ("class", 3)))
        fake = torch.tanh(run(generator, noise, of_class)).detach()
        optimizers[1].zero_grad()
        loss = against(run(critic, real, of_class), 1.0) + against(run(critic, fake, of_class), 0.0)
        loss.backward()
        if step == 1:
            for name, tensor in critic:
                recorder.stored(f"{name}.gradient", tensor.grad)
        optimizers[1].step()
        losses.append(loss.item())

        optimizers[0].zero_grad()
        fake = torch.tanh(run(generator, noise, of_class))
        fake.retain_grad()
        loss = against(run(critic, fake, of_class), 1.0)
        loss.backward()
        if step == 1:
            recorder.stored("fake1", fake)
            recorder.stored("fake1.gradient", fake.grad)
            for name, tensor in generator:
                recorder.stored(f"{name}.gradient", tensor.grad)
        optimizers[0].step()
        losses.append(loss.item())
    recorder.stored("gan.losses", torch.tensor(losses, dtype=torch.float64))
    for name, tensor in generator + critic:
        recorder.stored(f"{name}.after", tensor)


def build(recorder):
    record(recorder, "two_heads", two_heads, [(9,)], loss_of_two_heads)
    record(recorder, "autoencoder", autoencoder, [(4, 4, 1), (3,), (4,)], loss_of_autoencoder)
    gan(recorder)


golden.main(build, "several.f64")
