"""Golden values of gradient penalties: 3 / 2 * mean |slope|^2 and its gradients by the weights, by PyTorch's double
backward.

    /usr/bin/python3 tests/golden/penalty.py            writes penalty.f64
    /usr/bin/python3 tests/golden/penalty.py --check    compares with it
"""

import golden
import torch
import torch.nn.functional as functional


def smooth(net):
    net.dense(7, -1)
    net.skip(torch.tanh(net.x))
    net.dense(6, -1)
    net.skip(functional.gelu(net.x))
    net.layer_norm()
    net.dense(5, -1)
    net.skip(functional.elu(net.x))
    net.dense(4, -1)
    net.skip(functional.softplus(net.x))
    net.dense(4, -1)
    net.skip(functional.silu(net.x))
    net.dense(2, -1)
    net.skip(torch.sigmoid(net.x))


def kinked(net):
    net.dense(17, -1)
    net.skip(functional.leaky_relu(net.x, golden.as_float(0.2)))
    net.dense(12, -1)
    net.relu()
    net.dense(9, -1)
    net.prelu()
    net.dense(6, -1)
    net.skip(net.x.clamp(-1, 1))
    net.dense(3, -1)
    net.skip(torch.tanh(net.x))


def images(net):
    net.conv2d(6, (3, 3), -1, stride=(1, 1), same=True)
    net.skip(functional.leaky_relu(net.x, golden.as_float(0.2)))
    net.conv2d(4, (3, 3), -2, stride=(2, 2), same=True)
    net.relu()
    net.max_pool2d(2, 1)
    net.conv2d_transpose(5, (3, 3), -2, (2, 2), False)
    net.skip(torch.tanh(net.x))
    net.skip(golden.average_pool2d(net.x, 2, 2, 0))
    net.skip(golden.upsample2d(net.x, 2))
    net.conv2d(4, (3, 3), -1, stride=(1, 1), same=False, groups=1)
    net.skip(net.x.flatten(1))
    net.skip(torch.softmax(net.x, -1))
    net.dense(1, 2)


def normalized(net):
    net.conv2d(5, (3, 3), -1, stride=(1, 1), same=True)
    net.batch_norm()
    net.skip(functional.leaky_relu(net.x, golden.as_float(0.2)))
    net.skip(net.x.flatten(1))
    net.dense(6, -2)
    net.batch_norm()
    net.skip(torch.tanh(net.x))
    net.dense(1, 0)


def graph(net):
    start = net.x
    net.skip()  # a mark
    net.dense(8, -1)
    net.skip(torch.tanh(net.x))
    net.dense(9, -1)
    net.skip(net.x + start)
    middle = net.x
    net.skip()  # a mark
    net.dense(9, -1)
    net.skip(torch.sigmoid(net.x))
    net.skip(net.x * middle)
    net.skip(torch.cat((net.x, start), -1))
    net.dense(5, -1)
    net.relu()
    net.dense(1, 0)


def build(recorder):
    networks = ((smooth, (9,)), (kinked, (9,)), (images, (6, 6, 2)), (normalized, (4, 4, 2)), (graph, (9,)))
    for layers, sample in networks:
        name = layers.__name__
        net = golden.Network(recorder, name, sample=sample, rows=4, log2=0)
        layers(net)
        slope, = torch.autograd.grad(net.x.sum(), net.input, create_graph=True)
        penalty = 1.5 * slope.square().flatten(1).sum(1).mean()
        gradients = torch.autograd.grad(penalty, [tensor for _, tensor in net.parameters], allow_unused=True)
        recorder.stored(f"{name}.penalty", penalty.reshape(1))
        for (parameter, _), gradient in zip(net.parameters, gradients):
            if gradient is not None and gradient.any():  # else the slope does not depend on it
                recorder.stored(f"{parameter}.gradient", gradient)


golden.main(build, "penalty.f64")
