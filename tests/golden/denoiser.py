"""Golden values of the denoising autoencoder: output, loss and all gradients for a batch of 3, by PyTorch.

    /usr/bin/python3 tests/golden/denoiser.py            writes denoiser.f64
    /usr/bin/python3 tests/golden/denoiser.py --check    compares with it
"""

import golden


def build(recorder):
    net = golden.Network(recorder, "denoiser", sample=(28, 28, 1), rows=3, log2=0)
    net.conv2d(32, (3, 3), -1, stride=(2, 2), same=True)
    net.relu()
    net.conv2d(32, (3, 3), -3, stride=(2, 2), same=False)
    net.relu()
    net.max_pool2d(2, 2)
    net.skip(net.x.flatten(1))
    net.dense(32, -3)
    net.relu()
    net.skip()  # the mark
    net.dense(288, -1)
    net.relu()
    net.skip(net.x.reshape(-1, 3, 3, 32))
    net.skip(golden.upsample2d(net.x, 2))
    net.conv2d_transpose(32, (3, 3), -2, stride=(2, 2), same=False, output_padding=(1, 1))
    net.relu()
    net.conv2d_transpose(1, (3, 3), -2, stride=(2, 2), same=True)
    net.relu()
    net.finish(log2=0)


golden.main(build, "denoiser.f64")
