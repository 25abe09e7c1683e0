"""Golden values of one round of the GAN exercise: outputs, losses, gradients and one Adam step of both networks, by
PyTorch. Of large tensors every 61st number is stored: that keeps the file small and meets every row and column.

    /usr/bin/python3 tests/golden/gan.py            writes gan.f64
    /usr/bin/python3 tests/golden/gan.py --check    compares with it
"""

import golden
import torch

FEATURES = 561
STRIDE = 61


def build(recorder):
    def stored(name, tensor):
        flat = tensor.detach().flatten()
        recorder.stored(name, flat[::STRIDE] if flat.numel() > 1000 else flat)

    def network(name, sizes, log2s):
        layers = []
        for number, (inputs, outputs, log2) in enumerate(zip(sizes, sizes[1:], log2s)):
            at = f"{name}.{2 * number + 1 + (name == 'discriminator' and number == 1)}"
            layers.append((f"{at}.weight", recorder.made(f"{at}.weight", (inputs, outputs), log2)))
            layers.append((f"{at}.bias", recorder.made(f"{at}.bias", (outputs,), log2)))
        return layers

    generator = network("generator", (256, 256, 256, FEATURES), (-3, -3, -3))
    discriminator = network("discriminator", (FEATURES, 32, 1), (-4, -2))

    def generate(z):
        for weight, bias in zip(generator[::2], generator[1::2]):
            z = torch.tanh(z @ weight[1] + bias[1])
        return z

    def criticize(x):
        (_, w1), (_, b1), (_, w2), (_, b2) = discriminator
        return torch.sigmoid(torch.tanh(x @ w1 + b1) @ w2 + b2)

    def step(name, layers, rate, loss):
        optimizer = torch.optim.Adam([tensor for _, tensor in layers], lr=rate)
        optimizer.zero_grad()
        loss.backward()
        for tensor_name, tensor in layers:
            stored(f"{tensor_name}.gradient", tensor.grad)
        optimizer.step()
        for tensor_name, tensor in layers:
            stored(f"{tensor_name}.after", tensor)
        recorder.stored(f"{name}.loss", loss.reshape(1))

    bce = torch.nn.functional.binary_cross_entropy
    real = recorder.made("real", (16, FEATURES), 0).detach()
    few = generate(recorder.made("noise.few", (16, 256), 0).detach()).detach()
    on_real, on_fake = criticize(real), criticize(few)
    stored("on_real", on_real)
    stored("on_fake", on_fake)
    step("discriminator", discriminator, 0.0001,
         bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake)))

    fake = generate(recorder.made("noise.many", (32, 256), 0).detach())
    stored("fake", fake)
    score = criticize(fake)
    step("generator", generator, 0.001, bce(score, torch.ones_like(score)))


golden.main(build, "gan.f64")
