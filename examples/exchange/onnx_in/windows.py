"""ONNX's operators over images: convolutions, pooling, padding, resizing."""

import numpy

from .entries import option, size
from .reading import Refused
from .values import Layout, Value, leaves_of, new_axis, size_of


def image_value(t, kind, text, image, sizes, channels, parameters=None):
    """A layer's output, an image of these sizes."""
    entry = t.emit(kind, text, [image], (*sizes, size_of(channels)), parameters)
    groups = [channels, new_axis(sizes[0]), new_axis(sizes[1])]
    return Value(entry, groups, Layout(groups[1] + groups[2] + order_of(image, channels)), entry.shape)


def order_of(image, channels):
    """The image's channels as they lie there; others as they are."""
    leaves = leaves_of(channels)
    return [leaf for leaf in image.layout.leaves() if leaf in leaves] or leaves


def pair(t, name, default=None):
    """An attribute of two sizes."""
    found = t.attribute(name, default)
    if found is None or len(found) != 2 or any(n < 1 for n in found):
        raise Refused(f"{name} of {found}, expected two sizes: it is translated for images, of two axes")
    return tuple(found)


def padding_of(t, image, kernel, strides, dilations):
    """((top, bottom), (left, right)), from pads or auto_pad."""
    kind = t.attribute("auto_pad", b"NOTSET").decode()
    if kind in ("SAME_UPPER", "SAME_LOWER"):
        sides = []
        for n, k, s, d in zip(image.shape, kernel, strides, dilations):
            total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
            sides.append((total // 2, total - total // 2)[:: 1 if kind == "SAME_UPPER" else -1])
        return sides
    pads = t.attribute("pads", [0, 0, 0, 0]) if kind == "NOTSET" else [0, 0, 0, 0]
    if kind not in ("NOTSET", "VALID") or len(pads) != 4:
        raise Refused(f"a padding of {kind}, {pads}")
    if any(n < 0 for n in pads):
        raise Refused(f"a negative padding, {pads}")
    return [(pads[0], pads[2]), (pads[1], pads[3])]


def framed(t, image, sides):
    """The image with zeros around."""
    (top, bottom), (left, right) = sides
    if not any((top, bottom, left, right)):
        return image
    numbers = (top, bottom, left, right)
    if (top, left) == (bottom, right):
        numbers = (top,) if top == left else (top, left)
    sizes = (image.shape[0] + top + bottom, image.shape[1] + left + right)
    return image_value(t, "zero_pad2d", f"zero_pad2d<{', '.join(map(str, numbers))}>", image, sizes, image.groups[0])


def windows_of(n, window, step, sides, ceil=False):
    room = n + sum(sides) - window
    if room < 0:
        raise Refused(f"a window of {window} is larger than the {n + sum(sides)} pixels of an axis")
    count = room // step + 1
    if ceil and room % step and count * step < n + sides[0]:
        raise Refused("ceil_mode, where the last window reaches beyond the image; Strata's stay inside it and its padding")
    return count


def check_kernel(t, kernel):
    told = t.attribute("kernel_shape")
    if told is not None and list(told) != list(kernel):
        raise Refused(f"kernel_shape is {list(told)}, but the kernel {list(kernel)}")


def conv(t):
    image, weight, bias = t.as_image(t.value(0)), t.floats(1, "the kernel"), t.floats(2, "the bias", 1)
    if weight.ndim != 4:
        raise Refused(f"a kernel of shape {list(weight.shape)}, expected that of an image's, filters x channels x height x width")
    filters, channels, *kernel = weight.shape
    check_kernel(t, kernel)
    groups, strides, dilations = t.attribute("group", 1), pair(t, "strides", [1, 1]), pair(t, "dilations", [1, 1])
    if groups < 1 or channels * groups != image.shape[2] or filters % groups or min(weight.shape) < 1:
        raise Refused(f"a kernel of shape {list(weight.shape)} in {groups} groups for {image.shape[2]} channels")
    if bias is not None and bias.size != filters:
        raise Refused(f"{bias.size} biases for {filters} filters")
    sides = padding_of(t, image, kernel, strides, dilations)
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    text = ""
    same = []
    for n, r, s in zip(image.shape, reach, strides):
        total = max((-(-n // s) - 1) * s + r - n, 0)
        same.append((total // 2, total - total // 2))
    if any(map(any, sides)):
        even = all(before == behind for before, behind in sides)
        if sides == same and (strides == (1, 1) or not even):
            text = ", same"
        elif even:
            text = option("padding", [side[0] for side in sides], (0, 0))
        else:
            image = framed(t, image, sides)
            sides = [(0, 0), (0, 0)]
    sizes = [windows_of(n, r, s, side) for n, r, s, side in zip(image.shape, reach, strides, sides)]
    text = option("stride", strides, (1, 1)) + text + option("dilation", dilations, (1, 1))
    if groups != 1:
        text += f", groups<{groups}>"
    place, node = image.place_of(image.groups[0]), t.node

    def kernel_values():
        order = place()
        if groups == 1:
            return weight[:, order].transpose(2, 3, 1, 0)
        if (order != numpy.arange(order.size)).any():
            raise Refused(f"{node}: groups of channels that lie in another order")
        return weight.transpose(2, 3, 1, 0)

    parameters = {"weight": kernel_values, "bias": lambda: numpy.zeros(filters) if bias is None else bias}
    return image_value(t, "conv2d", f"conv2d<{filters}, {size(kernel)}{text}>", image, sizes, new_axis(filters), parameters)


def keras_sizes(n, k, s, same, added):
    """The pixels and the cut before them of Strata's conv2d_transpose without padding<>; `added` is None if not given."""
    reach = (n - 1) * s + k
    if added is None:
        pixels = n * s + (0 if same else max(k - s, 0))
    else:
        pixels = max(reach + added - (k // 2 * 2 if same else 0), 0)
    return pixels, (reach - pixels) // 2 if same and reach > pixels else 0


def transposed_options(sizes, kernel, strides, sides, added):
    """How Strata says the padding of a transposed convolution; None if it cannot."""
    wanted = [((n - 1) * s + k + a - sum(side), side[0])
              for n, k, s, side, a in zip(sizes, kernel, strides, sides, added)]
    for same in (False, True):
        if [keras_sizes(n, k, s, same, None) for n, k, s in zip(sizes, kernel, strides)] == wanted:
            return ", same" if same else ""
    # Rows that are cut behind as before, and added again: PyTorch's.
    even = [(before, a + before - behind) for (before, behind), a in zip(sides, added)]
    if all(0 <= a < s for (_, a), s in zip(even, strides)):
        return option("padding", [p for p, _ in even], (0, 0)) + option("output_padding", [a for _, a in even], (0, 0)) or \
            ", output_padding<0>"
    for more in numpy.ndindex(*strides) if max(strides) <= 64 else ():
        if [keras_sizes(n, k, s, True, a) for n, k, s, a in zip(sizes, kernel, strides, more)] == wanted:
            return ", same" + (option("output_padding", more, (-1, -1)))
    return None


def conv_transpose(t, crop=None):
    image, weight, bias = t.as_image(t.value(0)), t.floats(1, "the kernel"), t.floats(2, "the bias", 1)
    if weight.ndim != 4 or min(weight.shape) < 1:
        raise Refused(f"a kernel of shape {list(weight.shape)}, expected that of an image's, channels x filters x height x width")
    channels, filters, *kernel = weight.shape
    check_kernel(t, kernel)
    if t.attribute("group", 1) != 1 or tuple(t.attribute("dilations", [1, 1])) != (1, 1):
        raise Refused("groups or dilations, which Strata's conv2d_transpose does not have")
    if channels != image.shape[2]:
        raise Refused(f"a kernel for {channels} channels, but {image.shape[2]} come in")
    if bias is not None and bias.size != filters:
        raise Refused(f"{bias.size} biases for {filters} filters")
    strides, added = pair(t, "strides", [1, 1]), tuple(t.attribute("output_padding", [0, 0]))
    sides = transposed_padding(t, image, kernel, strides, added)
    # A Slice right behind it cuts off more.
    crop = find_crop(t, crop, image, kernel, strides, sides, added)
    if crop is not None:
        sides, added = crop
    text = transposed_options(image.shape[:2], kernel, strides, sides, added)
    if text is None:
        raise Refused(f"a padding of {sides}, which Strata's conv2d_transpose cannot say")
    sizes = [(n - 1) * s + k + a - sum(side) for n, k, s, side, a in zip(image.shape, kernel, strides, sides, added)]
    place = image.place_of(image.groups[0])
    parameters = {"weight": lambda: weight[place()].transpose(2, 3, 1, 0),
                  "bias": lambda: numpy.zeros(filters) if bias is None else bias}
    text = f"conv2d_transpose<{filters}, {size(kernel)}{option('stride', strides, (1, 1))}{text}>"
    return image_value(t, "conv2d_transpose", text, image, sizes, new_axis(filters), parameters)


def transposed_padding(t, image, kernel, strides, added):
    if t.attribute("output_shape") is None and t.attribute("auto_pad", b"NOTSET") in (b"NOTSET", b"VALID"):
        return padding_of(t, image, kernel, strides, (1, 1))
    if t.attribute("output_shape") is None:
        wanted = [n * s for n, s in zip(image.shape, strides)]
    else:
        wanted = list(t.attribute("output_shape"))[-2:]
    sides = []
    for n, k, s, a, w in zip(image.shape, kernel, strides, added, wanted):
        total = (n - 1) * s + k + a - w
        if total < 0:
            raise Refused(f"an output of {w} pixels, more than its kernels reach")
        half = total // 2
        sides.append((half, total - half) if t.attribute("auto_pad") == b"SAME_UPPER" else (total - half, half))
    return sides


def find_crop(t, crop, image, kernel, strides, sides, added):
    """(sides, added) with a Slice behind: that of the only reader, which is then left out."""
    readers = t.readers.get(t.node.outputs[0], [])
    if len(readers) != 1 or readers[0].op != "Slice" or t.node.outputs[0] in t.graph.outputs:
        return None
    ranges = slice_ranges(t, readers[0], 4)
    if ranges is None or set(ranges) - {2, 3}:
        return None
    found, rest = [], []
    for axis, (n, k, s, side, a) in enumerate(zip(image.shape, kernel, strides, sides, added), 2):
        pixels = (n - 1) * s + k + a - sum(side)
        begin, end, _ = slice(*ranges.get(axis, (0, pixels))).indices(pixels)
        lost = pixels - end
        found.append((side[0] + begin, side[1] + max(lost - a, 0)))
        rest.append(max(a - lost, 0))
    t.cropped = getattr(t, "cropped", set()) | {id(readers[0])}
    return found, tuple(rest)


def slice_ranges(t, node, axes):
    """(begin, end) by axis, of a Slice of constants; None if it is no plain one."""
    if len(node.inputs) == 1:
        given = [node.attributes.get(key) for key in ("starts", "ends", "axes")] + [None]
    else:
        # Constants behind this node in the list are not known yet: they come before it where exporters fold them.
        given = [t.values.get(name) if name else None for name in node.inputs[1:5]]
        given += [None] * (4 - len(given))
    if any(isinstance(one, Value) for one in given) or given[0] is None or given[1] is None:
        return None
    starts, ends, where, steps = given
    where = range(len(starts)) if where is None else where
    if steps is not None and any(int(step) != 1 for step in steps):
        return None
    return {int(axis) % axes: (int(a), int(b)) for a, b, axis in zip(starts, ends, where)}


def crop(t):
    value = t.value(0)
    if id(t.node) in getattr(t, "cropped", ()):
        return value
    ranges = slice_ranges(t, t.node, len(value.groups) + 1)
    sizes = [None, *value.sizes()]
    if ranges is not None and 0 not in ranges and all(
            slice(*ends).indices(sizes[axis])[:2] == (0, sizes[axis]) for axis, ends in ranges.items()):
        return value
    raise Refused("Strata has no layer that takes values apart (right behind a ConvTranspose it is translated)")


def pooling(t, kind, counts_padding):
    image = t.as_image(t.value(0))
    window = pair(t, "kernel_shape")
    strides, dilations = pair(t, "strides", [1, 1]), pair(t, "dilations", [1, 1])
    if dilations != (1, 1):
        raise Refused("dilations, which Strata's pooling does not have")
    sides = padding_of(t, image, window, strides, (1, 1))
    padded = any(map(any, sides))
    if padded and not counts_padding:
        raise Refused("a padding that does not count in means (count_include_pad = 0)")
    fits = all(before == behind and before <= w // 2 for (before, behind), w in zip(sides, window))
    text = ""
    if padded and not fits:
        if kind == "max_pool2d" and image.entry.kind not in ("relu", "sigmoid", "softmax", "softplus"):
            raise Refused(f"a padding of {sides} is not the same on both sides, or more than half of the window, and its "
                          "input may be negative, so that zeros cannot stand for it")
        image, sides = framed(t, image, sides), [(0, 0), (0, 0)]
    elif padded:
        text = option("padding", [side[0] for side in sides], (0, 0))
    ceil = bool(t.attribute("ceil_mode", 0))
    sizes = [windows_of(n, w, s, side, ceil) for n, w, s, side in zip(image.shape, window, strides, sides)]
    text = option("stride", strides, window) + text
    return image_value(t, kind, f"{kind}<{size(window)}{text}>", image, sizes, image.groups[0])


def max_pool(t):
    if t.attribute("storage_order", 0):
        raise Refused("a storage order of columns")
    return pooling(t, "max_pool2d", True)


def average_pool(t):
    return pooling(t, "average_pool2d", bool(t.attribute("count_include_pad", 0)))


def global_average(t, value):
    image = t.as_image(value)
    entry = t.emit("global_average_pool2d", "global_average_pool2d", [image], (image.shape[2],))
    return Value(entry, [image.groups[0], [], []], Layout(order_of(image, image.groups[0])), entry.shape)


def global_average_pool(t):
    return global_average(t, t.value(0))


def global_max_pool(t):
    image = t.as_image(t.value(0))
    return image_value(t, "max_pool2d", f"max_pool2d<{size(image.shape[:2])}>", image, (1, 1), image.groups[0])


def pad(t):
    image = t.as_image(t.value(0))
    mode = t.attribute("mode", b"constant").decode()
    pads = t.constant(1, "the padding")
    pads = [int(n) for n in (pads if pads is not None else t.attribute("pads", t.attribute("paddings")))]
    fill = t.constant(2)
    fill = float(t.attribute("value", 0.0) if fill is None else fill.reshape(-1)[0])
    axes = t.constant(3)
    if axes is not None:
        whole = [0] * 8
        for k, axis in enumerate(axes):
            whole[int(axis) % 4], whole[int(axis) % 4 + 4] = pads[k], pads[k + len(axes)]
        pads = whole
    if len(pads) != 8:
        raise Refused(f"a padding of {pads} for an image")
    if not any(pads):
        return image
    if mode != "constant" or fill != 0:
        raise Refused(f"a padding by mode {mode} with {fill}; Strata pads with zeros")
    if any(n < 0 for n in pads) or any(pads[k] for k in (0, 1, 4, 5)):
        raise Refused(f"a padding of {pads}: zeros can be put around an image's rows and columns alone")
    return framed(t, image, [(pads[2], pads[6]), (pads[3], pads[7])])


def enlarged(t, image, factors, mode):
    if any(abs(f - round(f)) > 1e-6 or f < 1 for f in factors):
        raise Refused(f"factors of {factors}; Strata enlarges by whole numbers")
    factors = [int(round(f)) for f in factors]
    if factors == [1, 1]:
        return image
    if mode == "linear":
        text = f"upsample2d<{factors[0]}, {factors[1]}, bilinear>"
    else:
        text = f"upsample2d<{factors[0]}>" if factors[0] == factors[1] else f"upsample2d<{factors[0]}, {factors[1]}>"
    sizes = [n * f for n, f in zip(image.shape, factors)]
    return image_value(t, "upsample2d", text, image, sizes, image.groups[0])


def resize(t):
    image = t.as_image(t.value(0))
    old = t.graph.operator_set < 11  # data and scales, as Upsample
    scales, sizes = t.constant(1 if old else 2, "the scales"), None if old else t.constant(3, "the sizes")
    if sizes is not None and sizes.size:
        if sizes.size != 4 or int(sizes[1]) != image.shape[2] or int(sizes[0]) not in t.batches | {-(1 << 40)}:
            raise Refused(f"sizes of {sizes.tolist()}")
        factors = [int(n) / m for n, m in zip(sizes[2:], image.shape)]
    elif scales is not None and scales.size == 4:
        if float(scales[0]) != 1 or float(scales[1]) != 1:
            raise Refused(f"scales of {scales.tolist()}")
        factors = [float(f) for f in scales[2:]]
    else:
        raise Refused("neither scales nor sizes for an image's four axes")
    if t.attribute("keep_aspect_ratio_policy", b"stretch") != b"stretch" or t.attribute("axes") is not None:
        raise Refused("sizes that keep the aspect ratio, or are of some axes alone")
    mode = t.attribute("mode", b"nearest").decode()
    where = "asymmetric" if old else t.attribute("coordinate_transformation_mode", b"half_pixel").decode()
    rounding = "floor" if old else t.attribute("nearest_mode", b"round_prefer_floor").decode()
    if [float(f) for f in factors] != [1.0, 1.0]:
        if mode not in ("nearest", "linear"):
            raise Refused(f"mode {mode}; Strata has nearest and bilinear")
        if mode == "linear" and where not in ("half_pixel", "pytorch_half_pixel"):
            raise Refused(f"bilinear with coordinates {where}; Strata has half_pixel (align_corners = False)")
        if mode == "nearest" and (where, rounding) not in (
                ("asymmetric", "floor"), ("half_pixel", "round_prefer_floor"), ("half_pixel", "round_prefer_ceil"),
                ("pytorch_half_pixel", "round_prefer_floor"), ("pytorch_half_pixel", "round_prefer_ceil")):
            raise Refused(f"nearest with coordinates {where} and {rounding}, which repeats no pixel the same number of times")
    return enlarged(t, image, factors, mode)


def upsample(t):
    image, scales = t.as_image(t.value(0)), t.constant(1, "the scales")
    scales = [float(f) for f in (scales if scales is not None else t.attribute("scales", []))]
    if len(scales) != 4 or scales[:2] != [1, 1]:
        raise Refused(f"scales of {scales}, expected those of an image's four axes")
    mode = t.attribute("mode", b"nearest").decode()
    if mode != "nearest" and scales != [1, 1, 1, 1]:
        raise Refused(f"mode {mode} by Upsample's coordinates; Strata's bilinear is Resize's half_pixel")
    return enlarged(t, image, scales[2:], mode)
