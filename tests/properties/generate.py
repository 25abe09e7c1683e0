#!/usr/bin/env python3
"""Writes C++ that checks layers at shapes drawn from a seed: generate.py SEED SHAPES KIND... > properties.cpp

Each KIND of layer gets SHAPES networks. `generate.py --kinds` says which kinds there are. Shapes are 1, primes, and sizes around the
widths of vectors and tiles. The same arguments write the same file.
"""

import random
import sys

WIDTHS = [1, 2, 3, 5, 7, 8, 9, 11, 13, 15, 16, 17, 19, 23, 29, 31, 32, 33, 37, 47, 48, 49, 61, 63, 64, 65, 67]
CHANNELS = [1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 19, 31, 32, 33]
SIDES = [1, 2, 3, 4, 5, 7, 8, 9, 11, 13]
ROWS = [1, 2, 3, 5, 7, 13]


class Shape:
    """One network to check: its entries behind the input, how many rows, and its oracle."""

    def __init__(self, given, entries, rows, oracle, options=""):
        self.given, self.entries, self.rows, self.oracle, self.options = given, entries, rows, oracle, options


def sizes(*numbers):
    return ", ".join(str(n) for n in numbers)


def image(r, sides=SIDES, channels=CHANNELS):
    return r.choice(sides), r.choice(sides), r.choice(channels)


def flat_or_image(r, least=1):
    """A shape, and its last axis."""
    if r.random() < 0.5:
        width = r.choice([w for w in WIDTHS if w >= least])
        return (width,), width
    h, w, c = image(r, [1, 2, 3, 5], [c for c in CHANNELS if c >= least])
    return (h, w, c), c


def dense(r):
    n, units = r.choice(WIDTHS), r.choice(WIDTHS)
    return Shape((n,), f"dense<{units}>", r.choice(ROWS), f"oracle::dense{{{n}, {units}}}")


def tied_dense(r):
    n, units = r.choice(WIDTHS), r.choice(WIDTHS)
    return Shape((n,), f'mark<"in">, dense<{units}>, strata::tanh, tied_dense<{n}, "in">', r.choice(ROWS),
                 f"oracle::tied{{{n}, {units}}}")


def axis(r, n, k, stride, dilation, padding):
    """How many windows an axis has, and how far the first lies before it; None if there is none."""
    reach = (k - 1) * dilation + 1
    if padding == "same":
        out = -(-n // stride)
        return out, max((out - 1) * stride + reach - n, 0) // 2
    if n + 2 * padding < reach:
        return None
    return (n + 2 * padding - reach) // stride + 1, padding


def touches(n, k, stride, dilation, windows):
    """Whether any window has a pixel of the axis under it: a dilated kernel may have them all beside it."""
    return any(0 <= o * stride + i * dilation - windows[1] < n for o in range(windows[0]) for i in range(k))


def conv2d(r, fast=False):
    while True:
        if fast:  # what Winograd's algorithm may compute
            h, w, c = image(r, [4, 5, 6, 7, 8, 9, 11], [16, 17, 31, 32, 33])
            kh = kw = 3
            sy = sx = dy = dx = groups = 1
            filters = r.choice([16, 17, 31, 32, 33])
        else:
            h, w, c = image(r)
            kh, kw = r.choice([1, 2, 3, 4, 5]), r.choice([1, 2, 3, 4])
            sy, sx, dy, dx = r.choice([1, 1, 2, 3]), r.choice([1, 1, 2, 3]), r.choice([1, 1, 2]), r.choice([1, 1, 3])
            groups = r.choice([1, 1, 1, c, r.choice([g for g in range(1, c + 1) if c % g == 0])])
            filters = r.choice(CHANNELS) if groups == 1 else groups * r.choice([1, 2, 3])
        form = r.choice(["same", "valid", "padding"])
        py, px = (r.choice([0, 1, 2]), r.choice([0, 1, 2])) if form == "padding" else (0, 0)
        y = axis(r, h, kh, sy, dy, "same" if form == "same" else py)
        x = axis(r, w, kw, sx, dx, "same" if form == "same" else px)
        # Kernels that touch nothing but padding have no gradient, which check_gradients calls an error.
        if y is None or x is None or h * w * c * filters > 60000:
            continue
        if not touches(h, kh, sy, dy, y) or not touches(w, kw, sx, dx, x):
            continue
        option = {"same": "same", "valid": "valid", "padding": f"padding<{py}, {px}>"}[form]
        entry = (f"conv2d<{filters}, kernel<{kh}, {kw}>, stride<{sy}, {sx}>, dilation<{dy}, {dx}>, groups<{groups}>, "
                 f"{option}>")
        return Shape((h, w, c), entry, r.choice([1, 2, 3]),
                     f"oracle::conv2d{{{{{sizes(h, w, c, y[0], x[0], kh, kw, sy, sx, y[1], x[1], dy, dx)}}}, "
                     f"{filters}, {groups}}}")


def conv2d_3x3(r):
    return conv2d(r, fast=True)


def conv2d_transpose(r):
    while True:
        h, w, c = image(r, [1, 2, 3, 4, 5, 7], CHANNELS)
        filters = r.choice(CHANNELS)
        k, s = (r.choice([1, 2, 3, 4]), r.choice([1, 2, 3, 4])), (r.choice([1, 2, 3]), r.choice([1, 2, 3]))
        form = r.choice(["same", "valid", "valid with output_padding", "same with output_padding", "padding"])
        out, cut, more, pad = [0, 0], [0, 0], [0, 0], [0, 0]
        for a, n in enumerate((h, w)):
            more[a] = r.randrange(s[a]) if "output_padding" in form else 0
            reach = (n - 1) * s[a] + k[a]
            full = reach + more[a]
            if form == "same":
                out[a] = n * s[a]
            elif form == "valid":
                out[a] = n * s[a] + max(k[a] - s[a], 0)
            elif form == "same with output_padding":
                out[a] = full - 2 * (k[a] // 2)
            elif form == "padding":
                pad[a] = cut[a] = r.choice([0, 1])
                out[a] = full - 2 * pad[a]
            else:
                out[a] = full
            if "same" in form:  # TensorFlow's: of what is cut off, the smaller half lies before
                cut[a] = max(reach - out[a], 0) // 2
        if min(out) < 1 or h * w * c * filters > 40000:
            continue
        # As above: every row and column of the kernel reaches the output.
        if any(cut[a] >= k[a] or cut[a] + out[a] < k[a] for a in (0, 1)):
            continue
        option = {"same": "same", "valid": "valid", "padding": f"padding<{pad[0]}, {pad[1]}>",
                  "valid with output_padding": f"valid, output_padding<{more[0]}, {more[1]}>",
                  "same with output_padding": f"same, output_padding<{more[0]}, {more[1]}>"}[form]
        entry = f"conv2d_transpose<{filters}, kernel<{k[0]}, {k[1]}>, stride<{s[0]}, {s[1]}>, {option}>"
        window = sizes(out[0], out[1], filters, h, w, k[0], k[1], s[0], s[1], cut[0], cut[1])
        return Shape((h, w, c), entry, r.choice([1, 2, 3]), f"oracle::conv2d_transpose{{{{{window}}}, {c}}}")


def pool(r, name):
    while True:
        h, w, c = image(r)
        kh, kw, sy, sx = r.choice([1, 2, 3, 4]), r.choice([1, 2, 3]), r.choice([1, 2, 3]), r.choice([1, 2, 3])
        py, px = r.randrange(kh // 2 + 1), r.randrange(kw // 2 + 1)
        y, x = axis(r, h, kh, sy, 1, py), axis(r, w, kw, sx, 1, px)
        if y is None or x is None:
            continue
        return Shape((h, w, c), f"{name}<kernel<{kh}, {kw}>, stride<{sy}, {sx}>, padding<{py}, {px}>>", r.choice([1, 2, 3]),
                     f"oracle::{name}{{{{{sizes(h, w, c, y[0], x[0], kh, kw, sy, sx, y[1], x[1])}}}}}")


def max_pool2d(r):
    return pool(r, "max_pool2d")


def average_pool2d(r):
    return pool(r, "average_pool2d")


def global_average_pool2d(r):
    h, w, c = image(r)
    return Shape((h, w, c), "global_average_pool2d", r.choice(ROWS), f"oracle::global_average{{{c}}}")


def upsample2d(r):
    h, w, c = image(r, [1, 2, 3, 5, 7])
    down, across, mode = r.choice([1, 2, 3, 4]), r.choice([1, 2, 3]), r.choice(["nearest", "bilinear"])
    return Shape((h, w, c), f"upsample2d<{down}, {across}, {mode}>", r.choice([1, 2, 3]),
                 f"oracle::upsample2d{{{sizes(h, w, c, down, across)}, {str(mode == 'bilinear').lower()}}}")


def zero_pad2d(r):
    h, w, c = image(r)
    sides = [r.choice([0, 1, 2, 3]) for _ in range(4)]
    return Shape((h, w, c), f"zero_pad2d<{sizes(*sides)}>", r.choice(ROWS), f"oracle::zero_pad2d{{{sizes(h, w, c, *sides)}}}")


# What is brought to variance 1 and then weighed by tanh: a sum over a normalized row has no gradient.
def batch_norm(r):
    given, last = flat_or_image(r)
    return Shape(given, "batch_norm<>, strata::tanh", r.choice([5, 7, 11, 13]), f"tanh_of(oracle::batch_norm{{{last}}})")


def layer_norm(r):
    given, last = flat_or_image(r, 5)
    return Shape(given, "layer_norm<>, strata::tanh", r.choice(ROWS), f"tanh_of(oracle::layer_norm{{{last}}})")


def group_norm(r):
    while True:
        given, last = flat_or_image(r, 5)
        groups = r.choice([g for g in range(1, last + 1) if last % g == 0])
        pixels = given[0] * given[1] if len(given) == 3 else 1
        if last // groups * pixels >= 5:
            return Shape(given, f"group_norm<{groups}>, strata::tanh", r.choice(ROWS),
                         f"tanh_of(oracle::group_norm{{{last}, {groups}}})")


def prelu(r):
    given, last = flat_or_image(r)
    # A slope that meets no number below 0 has no gradient.
    return Shape(given, "prelu", 31 if len(given) == 1 or given[0] * given[1] < 9 else 7, f"oracle::prelu{{{last}}}")


FUNCTIONS = {
    "relu": "v > 0 ? v : 0", "leaky_relu<0.25>": "v > 0 ? v : 0.25 * v", "elu<>": "v > 0 ? v : std::expm1(v)",
    "elu<0.5>": "v > 0 ? v : 0.5 * std::expm1(v)", "strata::tanh": "std::tanh(v)", "sigmoid": "1 / (1 + std::exp(-v))",
    "softplus": "std::log1p(std::exp(v))", "gelu": "v / 2 * std::erfc(-v / std::sqrt(2.0))",
    "silu": "v / (1 + std::exp(-v))", "clip<-0.5, 0.25>": "std::clamp(v, -0.5, 0.25)",
}


def activation(r):
    given, _ = flat_or_image(r)
    name = r.choice(sorted(FUNCTIONS))
    # At least some hundred numbers: gradients of a few, all below 0, are zero behind relu.
    return Shape(given, name, 13 if name in ("relu", "clip<-0.5, 0.25>") else r.choice(ROWS),
                 f"oracle::each{{[](double v) {{ return {FUNCTIONS[name]}; }}}}", "{.range = 2}")


def softmax(r):
    given, last = flat_or_image(r, 2)
    return Shape(given, "softmax", r.choice(ROWS), f"oracle::softmax{{{last}}}", "{.range = 3}")


def shapes(r):
    h, w, c = image(r)
    return Shape((h, w, c), f"flatten, reshape<{w * c}, {h}>, flatten", r.choice(ROWS), "oracle::each{[](double v) { return v; }}")


def join(r):
    if r.random() < 0.4:
        h, w, c = image(r, [1, 2, 3, 5])
        filters = r.choice(CHANNELS)
        return Shape((h, w, c), f'mark<"in">, conv2d<{filters}, 1>, concat<"in">', r.choice([1, 2, 3]),
                     f"oracle::conv_beside_input{{{h * w}, {c}, {filters}}}")
    given, _ = flat_or_image(r)
    name, sign = r.choice([("add", "+"), ("subtract", "-"), ("multiply", "*")])
    return Shape(given, f'mark<"in">, strata::tanh, {name}<"in">', r.choice(ROWS),
                 f"oracle::joined{{[](double t, double v) {{ return t {sign} v; }}}}")


def noise(r):
    # In inference they give what they get. Wide enough that not all of a row is dropped.
    given = (r.choice([w for w in WIDTHS if w >= 13]),)
    return Shape(given, r.choice(["dropout<0.25>", "gaussian_noise<0.5>"]), r.choice(ROWS),
                 "oracle::each{[](double v) { return v; }}", "{.random = true}")


KINDS = {f.__name__: f for f in (
    activation, average_pool2d, batch_norm, conv2d, conv2d_3x3, conv2d_transpose, dense, global_average_pool2d, group_norm, join,
    layer_norm, max_pool2d, noise, prelu, shapes, softmax, tied_dense, upsample2d, zero_pad2d)}


def write(seed, count, kinds, to, first=0, some=None):
    """All of a kind's shapes, or `some` of them from number `first` on."""
    to.write("// Written by generate.py " + " ".join([str(seed), str(count), *kinds]) + ".\n")
    to.write('#include "properties/property.hpp"\n\nnamespace {\n\nusing namespace strata;\n\n')
    to.write("template <class Oracle>\nauto tanh_of(const Oracle& oracle) {\n"
             "    return [=](std::size_t rows, const oracle::numbers& x, const oracle::parameters& p) {\n"
             "        oracle::numbers y = oracle(rows, x, p);\n"
             "        for (double& v : y) v = std::tanh(v);\n        return y;\n    };\n}\n")
    for kind in kinds:
        checks = []
        for k in range(first, count if some is None else first + some):
            shape = KINDS[kind](random.Random(f"{seed} {kind} {k}"))
            name = f"{kind}_{k + 1}"
            to.write(f"struct {name} : network<strata::input<{sizes(*shape.given)}>, {shape.entries}> {{}};\n")
            options = ", " + shape.options if shape.options else ""
            checks.append(f"    property::check<{name}, {shape.rows}>({shape.oracle}, {seed * 1000 + k}{options});\n")
        to.write(f'\nTEST_CASE("{kind}") {{\n' + "".join(checks) + "}\n\n")
    to.write("} // namespace\n")


def main():
    if sys.argv[1:] == ["--kinds"]:
        print("\n".join(KINDS))
        return 0
    if len(sys.argv) < 4 or any(kind not in KINDS for kind in sys.argv[3:]):
        print(__doc__, file=sys.stderr)
        return 2
    write(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
