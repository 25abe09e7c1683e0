"""Golden values of single layers with odd shapes: output, loss and all gradients for a few samples, by PyTorch.

    /usr/bin/python3 tests/golden/layers.py            writes layers.f64
    /usr/bin/python3 tests/golden/layers.py --check    compares with it
"""

import golden
import torch
from torch.nn import functional


def build(recorder):
    net = golden.Network(recorder, "conv2d", sample=(9, 7, 5), rows=3, log2=0)
    net.conv2d(19, (2, 3), -2, stride=(2, 1), same=True)
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_same_even", sample=(8, 11, 3), rows=2, log2=0)
    net.conv2d(17, (4, 5), -2, stride=(3, 2), same=True)
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_gaps", sample=(11, 10, 2), rows=2, log2=0)
    net.conv2d(5, (2, 1), -1, stride=(3, 4), same=False)
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_transpose", sample=(3, 4, 5), rows=3, log2=0)
    net.conv2d_transpose(7, (4, 3), -1, stride=(2, 3), same=False, output_padding=(1, 2))
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_transpose_same", sample=(5, 3, 18), rows=2, log2=0)
    net.conv2d_transpose(3, (5, 4), -2, stride=(2, 3), same=True)
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_transpose_gaps", sample=(3, 2, 4), rows=2, log2=0)
    net.conv2d_transpose(5, (1, 2), -1, stride=(2, 3), same=False, output_padding=(1, 1))
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_transpose_padded", sample=(3, 4, 5), rows=2, log2=0)
    net.conv2d_transpose(7, (3, 4), -1, stride=(2, 3), same=False, output_padding=(1, 0), padding=(1, 2))
    net.finish(log2=1)

    net = golden.Network(recorder, "max_pool2d", sample=(9, 8, 5), rows=3, log2=0)
    net.max_pool2d(3, 2)
    net.finish(log2=1)

    functions = {
        "tanh": torch.tanh, "sigmoid": torch.sigmoid, "elu": functional.elu, "gelu": functional.gelu,
        "softplus": functional.softplus, "softmax": lambda x: torch.softmax(x, 1),
        "leaky_relu": lambda x: functional.leaky_relu(x, golden.as_float(0.2))}
    for name, function in functions.items():
        net = golden.Network(recorder, f"dense_{name}", sample=(17,), rows=5, log2=1)
        net.dense(33, -2)
        net.skip(function(net.x))
        net.finish(log2=0)

    net = golden.Network(recorder, "batch_norm", sample=(17,), rows=7, log2=2)
    net.batch_norm()
    net.skip(torch.tanh(net.x))
    net.dense(5, -1)
    net.finish(log2=1)

    net = golden.Network(recorder, "batch_norm_image", sample=(5, 3, 19), rows=3, log2=1)
    net.batch_norm()
    net.finish(log2=1)

    net = golden.Network(recorder, "layer_norm", sample=(17,), rows=5, log2=2)
    net.layer_norm()
    net.skip(torch.tanh(net.x))
    net.dense(5, -1)
    net.finish(log2=1)

    net = golden.Network(recorder, "layer_norm_image", sample=(3, 2, 19), rows=3, log2=1)
    net.layer_norm()
    net.finish(log2=1)

    net = golden.Network(recorder, "tied", sample=(19,), rows=5, log2=1)
    net.skip()
    weight = net.dense(7, -1)
    net.skip(torch.tanh(net.x))
    net.tied_dense(weight, -1)
    net.finish(log2=1)

    net = golden.Network(recorder, "frozen_middle", sample=(11,), rows=5, log2=1)
    net.dense(17, -1)
    net.dense(19, -1, frozen=True)
    net.skip(torch.tanh(net.x))
    net.dense(3, -1)
    net.finish(log2=1)

    net = golden.Network(recorder, "frozen_start", sample=(11,), rows=5, log2=1)
    net.dense(17, -1, frozen=True)
    net.skip(torch.tanh(net.x))
    net.skip()
    net.dense(3, -1)
    net.finish(log2=1)

    for name, function in {"silu": functional.silu, "clip": lambda x: functional.hardtanh(x, -0.5, 0.75)}.items():
        net = golden.Network(recorder, f"dense_{name}", sample=(17,), rows=5, log2=1)
        net.dense(33, -2)
        net.skip(function(net.x))
        net.finish(log2=0)

    net = golden.Network(recorder, "prelu", sample=(17,), rows=5, log2=1)
    net.dense(33, -2)
    net.prelu()
    net.finish(log2=0)

    net = golden.Network(recorder, "prelu_image", sample=(5, 3, 7), rows=3, log2=1)
    net.prelu()
    net.finish(log2=0)

    net = golden.Network(recorder, "max_pool2d_padded", sample=(7, 6, 5), rows=3, log2=0)
    net.max_pool2d(3, 2, padding=1)
    net.finish(log2=1)

    net = golden.Network(recorder, "average_pool2d", sample=(9, 8, 5), rows=3, log2=0)
    net.skip(golden.average_pool2d(net.x, (3, 2), (2, 1), 0))
    net.finish(log2=1)

    net = golden.Network(recorder, "average_pool2d_padded", sample=(7, 6, 17), rows=2, log2=0)
    net.skip(golden.average_pool2d(net.x, (3, 2), (2, 3), (1, 0)))
    net.finish(log2=1)

    net = golden.Network(recorder, "global_average_pool2d", sample=(5, 3, 19), rows=3, log2=0)
    net.skip(net.x.mean((1, 2)))
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_padded", sample=(6, 7, 5), rows=2, log2=0)
    net.conv2d(19, (3, 2), -2, stride=(2, 1), padding=(1, 2))
    net.finish(log2=1)

    net = golden.Network(recorder, "zero_pad2d", sample=(3, 4, 5), rows=2, log2=0)
    net.skip(golden.from_torch(torch.nn.ZeroPad2d((3, 0, 1, 2))(golden.to_torch(net.x))))
    net.finish(log2=1)

    for name, factors in {"upsample2d_bilinear": (2, 3), "upsample2d_bilinear_large": (5, 4)}.items():
        net = golden.Network(recorder, name, sample=(3, 4, 17), rows=2, log2=0)
        net.skip(golden.from_torch(functional.interpolate(golden.to_torch(net.x), scale_factor=factors, mode="bilinear",
                                                          align_corners=False)))
        net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_dilated", sample=(7, 9, 5), rows=2, log2=0)
    net.conv2d(19, (3, 2), -2, dilation=(2, 3), padding=(1, 2))
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_dilated_strided", sample=(8, 9, 17), rows=2, log2=0)
    net.conv2d(3, (3, 3), -2, stride=(2, 3), dilation=(2, 2), same=True)
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_depthwise", sample=(7, 6, 19), rows=2, log2=0)
    net.conv2d(19, (3, 3), -2, stride=(2, 1), padding=(1, 1), groups=19)
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_small_groups", sample=(6, 7, 6), rows=2, log2=0)
    net.conv2d(21, (3, 2), -2, dilation=(2, 1), same=True, groups=3)
    net.finish(log2=1)

    net = golden.Network(recorder, "conv2d_large_groups", sample=(5, 6, 18), rows=2, log2=0)
    net.conv2d(34, (2, 3), -2, stride=(1, 2), groups=2)
    net.finish(log2=1)

    net = golden.Network(recorder, "group_norm", sample=(18,), rows=5, log2=2)
    net.group_norm(3)
    net.skip(torch.tanh(net.x))
    net.dense(5, -1)
    net.finish(log2=1)

    for groups in (1, 6, 18):
        net = golden.Network(recorder, f"group_norm_image_{groups}", sample=(5, 3, 18), rows=3, log2=1)
        net.group_norm(groups)
        net.finish(log2=1)


golden.main(build, "layers.f64")
