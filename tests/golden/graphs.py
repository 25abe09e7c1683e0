"""Golden values of networks beyond a chain: outputs, losses, all gradients, and the weights after three steps of
torch.optim.SGD, by PyTorch.

    /usr/bin/python3 tests/golden/graphs.py            writes graphs.f64
    /usr/bin/python3 tests/golden/graphs.py --check    compares with it
"""

import golden
import torch


def unet(net):
    net.conv2d(4, (3, 3), -2, stride=(1, 1), same=True)
    net.relu()
    fine = net.x
    net.skip()  # the mark
    net.max_pool2d(2, 2)
    net.conv2d(6, (3, 3), -2, stride=(1, 1), same=True)
    net.relu()
    net.skip(golden.upsample2d(net.x, 2))
    net.skip(torch.cat((net.x, fine), -1))
    net.conv2d(3, (3, 3), -2, stride=(1, 1), same=True)


def resnet(net):
    net.conv2d(4, (3, 3), -1, stride=(1, 1), same=True)
    net.batch_norm()
    net.relu()
    start = net.x
    net.conv2d(4, (3, 3), -1, stride=(1, 1), same=True)
    net.batch_norm()
    net.relu()
    net.conv2d(4, (3, 3), -1, stride=(1, 1), same=True)
    net.batch_norm()
    net.skip(net.x + start)
    net.relu(most=0.9)  # a sum with what a relu gave
    start = net.x
    net.conv2d(6, (3, 3), -2, stride=(2, 2), same=True)
    net.relu()
    net.conv2d(6, (3, 3), -2, stride=(1, 1), same=True)
    first = net.x
    net.skip(start)  # the second path
    net.conv2d(6, (1, 1), -1, stride=(2, 2), same=False)
    net.skip(first + net.x)
    net.relu()
    net.skip(net.x.flatten(1))
    net.dense(3, -2)


def densenet(net):
    for _ in range(3):
        start = net.x
        net.skip(start)  # the second path
        net.conv2d(3, (3, 3), -1, stride=(1, 1), same=True)
        net.skip(torch.tanh(net.x))
        net.skip(torch.cat((start, net.x), -1))
    net.skip(net.x.flatten(1))
    net.dense(2, -3)


def gates(net):
    given = net.x
    net.skip()  # a mark
    net.dense(9, -1)
    net.skip(torch.tanh(net.x))
    x = net.x
    net.skip()  # a mark
    net.dense(9, -1)
    net.skip(torch.sigmoid(net.x))
    net.skip(net.x * x)
    y = net.x
    net.skip()  # a mark
    net.skip(given)  # resume
    net.dense(9, -1)
    net.skip(net.x - y)
    held = net.x
    net.skip()  # a mark
    net.skip(held.detach())  # stop_gradient
    net.dense(9, -2)
    net.skip(net.x + held + x)
    net.skip(net.x * held * x)
    net.skip(torch.cat((net.x, given, y), -1))
    net.dense(3, -1)


def build(recorder):
    for layers, sample in ((unet, (8, 8, 2)), (resnet, (6, 6, 3)), (densenet, (5, 4, 2)), (gates, (9,))):
        name = layers.__name__
        net = golden.Network(recorder, name, sample=sample, rows=3, log2=0)
        layers(net)
        target = recorder.made(f"{name}.target", net.x.shape, 0).detach()
        net.finish_with(torch.nn.functional.mse_loss(net.x, target))

        def again(net=net, layers=layers, target=target):
            layers(net)
            return torch.nn.functional.mse_loss(net.x, target)

        net.finish_steps(again)


golden.main(build, "graphs.f64")
