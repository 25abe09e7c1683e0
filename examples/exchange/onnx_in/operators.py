"""ONNX's operators as entries of a Strata network."""

import numpy

from . import folding, windows
from .entries import Entry, fold_affine, number
from .folding import SAMPLES, from_axes
from .reading import MOST_NODES, Refused, one_line
from .values import Layout, Value, find_places, leaves_of, make_alike, new_axis, regroup, size_of

MOST_VALUES, MOST_AXES = 1 << 40, 16


class Translation:
    """Goes through a graph's nodes and collects entries. `values` has by name what is computed, a Value, or what is
    constant, an array."""

    def __init__(self, graph, shapes):
        self.graph, self.values, self.entries, self.notes = graph, dict(graph.constants), [], []
        self.views, self.node, self.batches, self.doubles = {}, None, set(), {}
        self.readers = {name: [] for name in graph.outputs}
        for node in graph.nodes:
            for name in dict.fromkeys(node.inputs):
                self.readers.setdefault(name, []).append(node)
        for name, axes, of_type in graph.inputs:
            self.add_input(name, shapes.get(name, axes), of_type)

    # What goes in.

    def add_input(self, name, axes, of_type):
        if of_type not in (1, 10, 11, 16):
            raise Refused(f'input "{name}" has no floats (type {of_type} of ONNX)')
        if len(axes) < 2:
            raise Refused(f'input "{name}" has {len(axes)} axes, expected the samples and at least one more')
        if any(not isinstance(n, int) or n <= 0 for n in axes[1:]):
            sizes = " x ".join(str(n) for n in axes)
            raise Refused(f'input "{name}" is {sizes}: all sizes but the first have to be known; say them by '
                          f'--shape "{name}=N,{",".join("?" * (len(axes) - 1))}"')
        if isinstance(axes[0], int):
            self.batches.add(axes[0])
        groups = [new_axis(n) for n in axes[1:]]
        count = size_of(leaves_of([axis for group in groups for axis in group]))
        if count > MOST_VALUES:
            raise Refused(f'input "{name}" has {count} values a sample')
        flat = [axis for group in groups for axis in group]
        if len(groups) == 3 and self.is_channels_last(name):
            shape, layout = axes[1:], Layout(flat)
        elif len(groups) == 3:  # an image
            shape, layout = (axes[2], axes[3], axes[1]), Layout(groups[1] + groups[2] + groups[0])
        elif len(groups) == 1:
            shape, layout = (axes[1],), Layout(flat, free=True)
        elif len(groups) <= 4:
            shape, layout = axes[1:], Layout(flat)
        else:
            raise Refused(f'input "{name}" has {len(axes)} axes, expected at most 5')
        entry = Entry("input", "", [], shape, name)
        self.entries.append(entry)
        self.values[name] = Value(entry, groups, layout, shape)

    def is_channels_last(self, name):
        """Whether all that is done with an image that goes in is to put its channels first, as TensorFlow's exporter does."""
        readers = self.readers.get(name, [])
        return bool(readers) and all(node.op == "Transpose" and node.attributes.get("perm") == [0, 3, 1, 2] for node in readers)

    # What nodes ask for.

    def value(self, k):
        """Operand k, which is computed."""
        if k >= len(self.node.inputs) or self.node.inputs[k] == "":
            raise Refused(f"operand {k + 1} is missing")
        found = self.values[self.node.inputs[k]]
        if not isinstance(found, Value):
            raise Refused(f"operand {k + 1} is constant, expected one that is computed")
        return found

    def constant(self, k, what=None):
        """Operand k, an array; None if it is left out."""
        if k >= len(self.node.inputs) or self.node.inputs[k] == "":
            return None
        found = self.values[self.node.inputs[k]]
        if isinstance(found, Value):
            raise Refused(f"{what or f'operand {k + 1}'} is computed from the samples, expected a constant")
        return found

    def floats(self, k, what, axes=None):
        """Operand k, weights of so many axes."""
        found = self.constant(k, what)
        if found is None:
            return None
        if found.dtype.kind != "f":
            raise Refused(f"{what} is of type {found.dtype}, expected floats")
        if axes is not None and found.ndim != axes:
            raise Refused(f"{what} has the shape {list(found.shape)}, expected {axes} axes")
        self.take(4 * found.size)
        name = self.node.inputs[k]
        if name not in self.doubles:
            self.doubles[name] = found.astype("f8")
        return self.doubles[name]

    def attribute(self, name, default=None):
        return self.node.attributes.get(name, default)

    # Entries.

    def emit(self, kind, text, operands, shape, parameters=None):
        if any(n <= 0 for n in shape) or numpy.prod([float(n) for n in shape]) > MOST_VALUES:
            raise Refused(f"its output would be {' x '.join(str(n) for n in shape)}")
        if len(self.entries) >= MOST_NODES:
            raise Refused(f"the network has more than {MOST_NODES} entries")
        entry = Entry(kind, text, [one.entry for one in operands], shape, self.node.name if self.node else "", parameters)
        self.entries.append(entry)
        return entry

    def apply(self, kind, text, value, parameters=None):
        """A layer that keeps the shape and the order."""
        entry = self.emit(kind, text, [value], value.shape, parameters)
        return Value(entry, value.groups, value.layout, value.shape)

    def viewed(self, value, shape):
        """The same values in another shape of Strata's."""
        shape = tuple(shape)
        if shape == value.shape:
            return value
        key = (id(value.entry), shape)
        if key not in self.views:
            text = "flatten" if len(shape) == 1 and len(value.shape) > 1 else f"reshape<{', '.join(map(str, shape))}>"
            self.views[key] = self.emit("view", text, [value], shape)
        return Value(self.views[key], value.groups, value.layout, shape)

    def as_image(self, value):
        if len(value.groups) != 3:
            raise Refused(f"its input has {len(value.groups) + 1} axes, expected an image's 4")
        channels, height, width = value.groups
        order = value.layout.leaves()
        outer, inner = leaves_of(height) + leaves_of(width), leaves_of(channels)
        if order[: len(outer)] != outer or set(map(id, order[len(outer):])) != set(map(id, inner)):
            if not value.layout.free:
                raise Refused("the channels of its input are not the second axis, or its values lie in another order")
            value.layout.axes = outer + inner
        value.layout.free = value.layout.free and not outer
        return self.viewed(value, (size_of(height), size_of(width), size_of(channels)))

    def as_row(self, value):
        return self.viewed(value, (value.count(),))

    def by_last(self, value, axis):
        """The value such that Strata's last axis is this one of ONNX, counted with that of the samples."""
        axis = self.axis_of(value, axis)
        if len(value.groups) == 3 and axis == 1 and value.layout.free:
            value = self.as_image(value)
        group, order = value.groups[axis - 1], value.layout.leaves()
        wanted = size_of(group)
        inner = order[len(order) - len(leaves_of(group)):]
        if wanted != value.count():
            value.layout.free = False  # its last axis stays the last one
        if set(map(id, inner)) != set(map(id, leaves_of(group))):
            raise Refused(f"it goes along axis {axis}, which is not the last one in Strata (the channels, or the features)")
        if value.shape[-1] == wanted:
            return value, group
        return self.viewed(value, (value.count() // wanted, wanted) if value.count() != wanted else (wanted,)), group

    def axis_of(self, value, axis):
        axes = len(value.groups) + 1
        if not -axes <= axis < axes:
            raise Refused(f"axis {axis} of a value of {axes} axes")
        if axis % axes == 0:
            raise Refused("it goes along the axis of the samples")
        return axis % axes

    def column(self, value, group, array, what):
        """A constant with a number for each place of a group, as a function that gives it in Strata's order."""
        if array is None:
            return None
        if array.size == 1:
            array = numpy.broadcast_to(array.reshape(-1), size_of(group))
        if array.size != size_of(group):
            raise Refused(f"{what} has {array.size} values, expected {size_of(group)}")
        self.take(4 * array.size)
        flat, place = array.reshape(-1), value.place_of(group)
        return lambda: flat[place()]

    # All nodes.

    def run(self):
        unknown = sorted({node.op for node in self.graph.nodes} - set(OPERATORS) - set(folding.MOVING) - set(folding.COMPUTING))
        reasons = []
        for node in self.graph.nodes:
            if node.op in unknown:
                reasons.append(f"{node}: {UNKNOWN.get(node.op, 'Strata has no layer for this operator')}")
        if reasons:
            raise Refused(*reasons)
        for self.node in self.graph.nodes:  # some come behind those whose operands they are, once these are put together
            if self.node.op == "Constant":
                self.attempt(lambda node: self.values.update({node.outputs[0]: folding.fold(node, [])}))
        for self.node in self.graph.nodes:
            self.attempt(self.translate)
        return self.finish()

    def attempt(self, step):
        """A step with the node, which is named in what is refused."""
        try:
            step(self.node)
        except Refused as error:
            raise Refused(f"{self.node}: {error}") from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise Refused(f"{self.node}: it is not as ONNX describes this operator "
                          f"({type(error).__name__}: {one_line(error)})") from None

    def take(self, size):
        """Sees to it that no more bytes of numbers are made than the files bear out."""
        self.graph.room -= size
        if self.graph.room < 0:
            raise Refused(f"it makes {size:.0f} bytes of numbers; all that are made are more than eight times the file, and 8 MiB")

    def translate(self, node):
        missing = [name for name in node.inputs if name and name not in self.values]
        if missing:
            raise Refused(f'"{missing[0]}" is computed by no node before it')
        given = [self.values[name] if name else None for name in node.inputs]
        if node.op == "Shape" and isinstance(given[0], Value):
            made = numpy.array([SAMPLES, *given[0].sizes()], "i8")[self.attribute("start"):self.attribute("end")]
        elif not any(isinstance(one, Value) for one in given):
            self.take(8 * folding.count_made(node, given))
            made = folding.fold(node, given)
            if made is None:
                raise Refused("it computes from constants alone, in a way that is not translated")
        elif node.op in OPERATORS:
            made = OPERATORS[node.op](self)
        else:
            raise Refused(UNKNOWN.get(node.op, "Strata has no layer for this operator"))
        if any(name in self.readers for name in node.outputs[1:]):
            raise Refused("its further outputs are read, which is not translated")
        self.values[node.outputs[0]] = made

    def finish(self):
        outputs = []
        for name in self.graph.outputs:
            value = self.values.get(name)
            if not isinstance(value, Value):
                raise Refused(f'output "{name}" does not depend on what goes in')
            self.node = None
            if len(value.groups) == 3 and value.layout.free:
                value = self.as_image(value)
            elif len(value.groups) == 1:
                value = self.as_row(value)
            value.layout.free = False
            if value.entry.kind == "input":
                raise Refused(f'output "{name}" is input "{value.entry.origin}"')
            outputs.append((name, value))
        read_outside = {id(value.entry) for _, value in outputs}
        self.entries, replaced = fold_affine(self.entries, read_outside, self.take)
        for _, value in outputs:
            while id(value.entry) in replaced:
                value.entry = replaced[id(value.entry)]
        return outputs


# One operator each. They return the Value that the node computes.


def elementwise(kind, text=None):
    return lambda t: t.apply(kind, text or kind, t.value(0))


def same(t):
    return t.value(0)


def dropout(t):
    training = t.constant(2)
    if training is not None and bool(training.reshape(-1)[0]):
        raise Refused("it drops values in inference")
    return t.value(0)


def cast(t):
    if t.attribute("to") not in (1, 10, 11, 16):
        raise Refused("it makes other numbers than floats")
    return t.value(0)


def leaky_relu(t):
    slope = t.attribute("alpha", 0.01)
    if not 0 <= slope < 1:
        raise Refused(f"a slope of {number(slope)}, expected at least 0 and below 1")
    return t.apply("leaky_relu", f"leaky_relu<{number(slope)}>", t.value(0))


def elu(t):
    scale = t.attribute("alpha", 1.0)
    if not 0 < scale < numpy.inf:
        raise Refused(f"a scale of {number(scale)}, expected one above 0")
    return t.apply("elu", f"elu<{number(scale)}>" if scale != 1 else "elu<>", t.value(0))


def gelu(t):
    if t.attribute("approximate", b"none") != b"none":
        raise Refused("the tanh form of GELU; Strata's gelu is the exact one, with the error function")
    return t.apply("gelu", "gelu", t.value(0))


def bounded(t, low, high):
    largest = float(numpy.finfo("f4").max)
    if low == 0 and high >= largest:
        return t.apply("relu", "relu", t.value(0))
    low, high = max(low, -largest), min(high, largest)
    if not low < high:
        raise Refused(f"bounds of {number(low)} and {number(high)}")
    if low == -largest and high == largest:
        return t.value(0)
    return t.apply("clip", f"clip<{number(low)}, {number(high)}>", t.value(0))


def clip(t):
    bounds = []
    for k, name, default in ((1, "min", -numpy.inf), (2, "max", numpy.inf)):
        array = t.constant(k, f"its bound {name}")
        bounds.append(float(t.attribute(name, default)) if array is None else float(array.reshape(-1)[0]))
    return bounded(t, *bounds)


def limit(upper):
    """Max or Min with a number."""
    def translate(t):
        if len(t.node.inputs) != 2:
            raise Refused("several operands")
        k = 0 if isinstance(t.values[t.node.inputs[1]], Value) else 1
        array = t.constant(k)
        if array is None or array.size != 1:
            raise Refused("both operands are computed, or one of them is more than one number")
        bound = float(array.reshape(-1)[0])
        t.node.inputs = [t.node.inputs[1 - k]]
        return bounded(t, -numpy.inf, bound) if upper else bounded(t, bound, numpy.inf)
    return translate


def prelu(t):
    value, slope = t.value(0), t.floats(1, "the slope")
    if slope.size == 1:
        value, group = t.by_last(value, 1)
    else:
        value, group = t.by_last(value, axis_of_constant(value, slope))
    return t.apply("prelu", "prelu", value, {"weight": t.column(value, group, slope, "the slope")})


def softmax(t):
    value = t.value(0)
    old = t.graph.operator_set < 13  # which then goes over all axes from this one on
    axis = t.axis_of(value, t.attribute("axis", 1 if old else -1))
    if old and any(value.groups[axis:]):
        raise Refused("before operator set 13 it goes over several axes at once")
    value, _ = t.by_last(value, axis)
    return t.apply("softmax", "softmax", value)


def batch_norm(t):
    if t.attribute("training_mode", 0):
        raise Refused("it normalizes by the batch's statistics: export the model in inference (model.eval())")
    value, group = t.by_last(t.value(0), 1)
    epsilon, parameters = t.attribute("epsilon", 1e-5), {}
    if not 0 < epsilon < numpy.inf:
        raise Refused(f"an epsilon of {number(epsilon)}")
    for k, name in enumerate(("weight", "bias", "running_mean", "running_var"), 1):
        parameters[name] = t.column(value, group, t.floats(k, name), name)
        if parameters[name] is None:
            raise Refused(f"{name} is missing")
    text = "batch_norm<>" if abs(epsilon - 1e-5) < 1e-11 else f"batch_norm<0.1, {number(epsilon)}>"
    return t.apply("batch_norm", text, value, parameters)


def layer_norm(t):
    value = t.value(0)
    axis = t.axis_of(value, t.attribute("axis", -1))
    if any(value.groups[axis:]):
        raise Refused("it normalizes over several axes, expected the last one alone")
    value, group = t.by_last(value, axis)
    weight, bias = t.floats(1, "the weight"), t.floats(2, "the bias")
    return emit_layer_norm(t, value, group, weight, bias, t.attribute("epsilon", 1e-5))


def mean_variance(t):
    value, axes = t.value(0), t.attribute("axes")
    if len(axes) != 1:
        raise Refused("layer normalization over several axes, expected one")
    value, group = t.by_last(value, axes[0])
    return emit_layer_norm(t, value, group, None, None, t.attribute("epsilon"))


def emit_layer_norm(t, value, group, weight, bias, epsilon):
    if not 0 < epsilon < numpy.inf:
        raise Refused(f"an epsilon of {number(epsilon)}")
    parameters = {"weight": t.column(value, group, numpy.ones(1) if weight is None else weight, "the weight"),
                  "bias": t.column(value, group, numpy.zeros(1) if bias is None else bias, "the bias")}
    text = "layer_norm<>" if abs(epsilon - 1e-5) < 1e-11 else f"layer_norm<{number(epsilon)}>"
    return t.apply("layer_norm", text, value, parameters)


def dense(t, value, weight, bias):
    """weight: inputs x units, in ONNX's order of the inputs, which are the last axis."""
    group = value.groups[-1]
    if weight.shape[0] != size_of(group):
        raise Refused(f"weights for {weight.shape[0]} inputs, but {size_of(group)} come in")
    units = weight.shape[1]
    bias = numpy.zeros(units) if bias is None else numpy.broadcast_to(bias.reshape(-1), units)
    place, axes = value.place_of(group), new_axis(units)
    if len(value.groups) == 1:
        layout = Layout(axes, free=True)
        unit = lambda: find_places(layout, axes)
        entry = t.emit("dense", f"dense<{units}>", [t.as_row(value)], (units,),
                       {"weight": lambda: weight[place()][:, unit()], "bias": lambda: bias[unit()]})
        return Value(entry, [axes], layout, (units,))
    # Of several rows a sample: a convolution of single pixels.
    last, _ = t.by_last(value, len(value.groups))
    shape = last.shape if len(last.shape) == 3 else (last.count() // size_of(group), 1, size_of(group))
    image = t.viewed(last, shape)
    entry = t.emit("conv2d", f"conv2d<{units}, 1>", [image], (*shape[:2], units),
                   {"weight": lambda: weight[place()][None, None], "bias": lambda: bias})
    rest = [leaf for leaf in value.layout.leaves() if leaf not in leaves_of(group)]
    return Value(entry, [*value.groups[:-1], axes], Layout(rest + axes), (*shape[:2], units))


def gemm(t):
    if t.attribute("transA", 0):
        raise Refused("it transposes the samples")
    weight, bias = t.floats(1, "the matrix", 2), t.floats(2, "the bias")
    weight = weight.T if t.attribute("transB", 0) else weight
    if t.attribute("alpha", 1.0) != 1:
        t.take(8 * weight.size)
        weight = weight * t.attribute("alpha")
    if bias is not None and bias.size not in (1, weight.shape[1]):
        raise Refused(f"a bias of shape {list(bias.shape)} for {weight.shape[1]} units")
    value = t.value(0)
    if len(value.groups) != 1:
        raise Refused(f"its input has {len(value.groups) + 1} axes, expected 2")
    return dense(t, value, weight, None if bias is None else bias * t.attribute("beta", 1.0))


def matmul(t):
    return dense(t, t.value(0), t.floats(1, "the matrix", 2), None)


def axis_of_constant(value, array):
    """The one axis along which a constant differs, as ONNX broadcasts it."""
    axes = [n for n in range(array.ndim) if array.shape[n] != 1]
    behind = array.ndim - axes[0]  # axes from there on
    if len(axes) != 1 or behind > len(value.groups) or array.ndim > len(value.groups) + 1:
        raise Refused(f"a constant of shape {list(array.shape)}, expected one number, or one for each channel or feature")
    return len(value.groups) + 1 - behind


def constant_operand(t, value, array):
    """A constant beside a value as (scale or shift) for each place of Strata's last axis, and the value seen so."""
    if array.dtype.kind not in "fi":
        raise Refused(f"a constant of type {array.dtype}")
    t.take(8 * array.size)
    array = array.astype("f8")
    if array.size == 1:
        if array.ndim > len(value.groups) + 1:
            raise Refused(f"a constant of shape {list(array.shape)} gives a value of {len(value.groups) + 1} axes more")
        return value, lambda: array.reshape(-1)
    value, group = t.by_last(value, axis_of_constant(value, array))
    return value, t.column(value, group, array, "the constant")


def affine(t, value, scale=None, shift=None):
    """value * scale + shift, of which one is given, an array."""
    value, column = constant_operand(t, value, scale if shift is None else shift)
    one, zero = lambda: numpy.ones(1), lambda: numpy.zeros(1)
    parts = {"scale": column, "shift": zero} if shift is None else {"scale": one, "shift": column}
    return t.apply("affine", "", value, parts)


def grown(t, small, large):
    """A value of one pixel as large as another."""
    if len(small.groups) != 3 or len(large.groups) != 3 or small.sizes()[1:] != [1, 1] or \
            small.sizes()[0] != large.sizes()[0]:
        raise Refused(f"operands of {small.sizes()} and {large.sizes()} values: Strata's joins take one shape")
    image, height, width = t.as_image(small), *large.sizes()[1:]
    factor = f"{height}" if height == width else f"{height}, {width}"
    entry = t.emit("upsample2d", f"upsample2d<{factor}>", [image], (height, width, image.shape[2]))
    groups = [image.groups[0], new_axis(height), new_axis(width)]
    return Value(entry, groups, Layout(groups[1] + groups[2] + image.layout.leaves()), entry.shape)


def combine(t, kind, a, b):
    if a.sizes() != b.sizes():
        if a.count() < b.count():
            a = grown(t, a, b)
        else:
            b = grown(t, b, a)
    make_alike(a, b)
    if a.shape != b.shape:
        a, b = (t.as_image(a), t.as_image(b)) if len(a.groups) == 3 else (t.as_row(a), t.as_row(b))
    return Value(t.emit(kind, kind, [a, b], a.shape), a.groups, a.layout, a.shape)


def binary(kind):
    def translate(t):
        given = [t.values[name] for name in t.node.inputs]
        if len(given) < 2:
            raise Refused("fewer than two operands")
        total = given[0]
        for other in given[1:]:
            if isinstance(total, Value) and isinstance(other, Value):
                total = combine(t, {"Add": "add", "Sub": "subtract", "Mul": "multiply"}[kind], total, other)
            elif isinstance(total, Value):
                array = other.astype("f8") if other.dtype.kind in "fi" else other
                total = affine(t, total, scale=array) if kind == "Mul" else \
                    affine(t, total, shift=-array if kind == "Sub" else array)
            elif kind == "Mul":
                total = affine(t, other, scale=total)
            elif kind == "Add":
                total = affine(t, other, shift=total)
            else:
                total = affine(t, affine(t, other, scale=numpy.array(-1.0)), shift=total)
        return total
    return translate


def divide(t):
    divisor = t.values[t.node.inputs[1]]
    if isinstance(divisor, Value):
        raise Refused("it divides by what is computed; Strata has no join that divides")
    return affine(t, t.value(0), scale=1 / divisor.astype("f8"))


def negate(t):
    return affine(t, t.value(0), scale=numpy.array(-1.0))


def hard_sigmoid(t, alpha=None, beta=None):
    alpha = t.attribute("alpha", 0.2) if alpha is None else alpha
    beta = t.attribute("beta", 0.5) if beta is None else beta
    moved = affine(t, affine(t, t.value(0), scale=numpy.array(alpha)), shift=numpy.array(beta))
    return t.apply("clip", "clip<0, 1>", moved)


def hard_swish(t):
    return combine(t, "multiply", t.value(0), hard_sigmoid(t, 1 / 6, 0.5))


def concat(t):
    values = [t.value(k) for k in range(len(t.node.inputs))]
    axis = t.axis_of(values[0], t.attribute("axis", 1))
    rest = [size for k, size in enumerate(values[0].sizes(), 1) if k != axis]
    for one in values:
        if len(one.groups) != len(values[0].groups) or [n for k, n in enumerate(one.sizes(), 1) if k != axis] != rest:
            raise Refused(f"operands of {values[0].sizes()} and {one.sizes()} values do not go together along axis {axis}")
    if len(values) == 1:
        return values[0]
    placed, inner, at = [], [], 0
    for one in values:
        one = t.as_image(one) if len(one.groups) == 3 else t.as_row(one) if len(one.groups) == 1 else one
        one, group = t.by_last(one, axis)
        one.layout.free = False
        t.take(8 * size_of(group))
        inner.append(find_places(one.layout, group) + at)
        at += size_of(group)
        placed.append(one)
    order = numpy.concatenate(inner)
    joined = new_axis(at)
    if (order != numpy.arange(at)).any():
        joined[0].inner = order
    first = placed[0]
    others = [leaf for leaf in first.layout.leaves() if leaf not in leaves_of(first.groups[axis - 1])]
    groups = [joined if k == axis else group for k, group in enumerate(first.groups, 1)]
    shape = (*first.shape[:-1], at)
    return Value(t.emit("concat", "concat", placed, shape), groups, Layout(others + joined), shape)


def flatten(t):
    value, axis = t.value(0), t.attribute("axis", 1)
    if t.axis_of(value, axis) != 1:
        raise Refused(f"it leaves axes before axis {axis}")
    return value.seen([[axis for group in value.groups for axis in group]])


def reshape(t):
    value, wanted = t.value(0), t.constant(1, "the shape")
    wanted = t.attribute("shape") if wanted is None else wanted.reshape(-1)
    if not 0 < len(wanted) <= MOST_AXES:
        raise Refused(f"a shape of {len(wanted)} axes, expected that of the samples and at most {MOST_AXES - 1} more")
    sizes = [int(n) for n in wanted]
    if t.attribute("allowzero", 0) and 0 in sizes:
        raise Refused("a shape with an axis of no places")
    have = [SAMPLES, *value.sizes()]
    sizes = [(have[k] if k < len(have) else 1) if n == 0 else n for k, n in enumerate(sizes)]
    behind = [n for n in sizes[1:]]
    if behind.count(-1) > 1 or any(n < 1 and n != -1 for n in behind):
        raise Refused(f"a shape of {[n if n != SAMPLES else 'N' for n in sizes]}")
    known = 1
    for n in behind:
        known *= n if n != -1 else 1
    if -1 in behind:
        if value.count() % known:
            raise Refused(f"{value.count()} values a sample do not make {behind}")
        behind[behind.index(-1)] = value.count() // known
        known = value.count()
    is_samples = sizes[0] == SAMPLES or sizes[0] == -1 or sizes[0] in t.batches
    if not is_samples or known != value.count():
        raise Refused(f"it does not keep the samples apart: {value.sizes()} values a sample become "
                      f"{[n if n != SAMPLES else 'N' for n in sizes]}")
    in_order = value.leaves() == value.layout.leaves() and not any(leaf.inner is not None for leaf in value.leaves())
    groups = regroup(value, behind, in_order)
    if groups is not None:
        return value.seen(groups)
    value.layout.free = False  # axes that mix the old ones: nothing moves where ONNX's order is Strata's
    groups = [new_axis(n) for n in behind]
    return Value(value.entry, groups, Layout([axis for group in groups for axis in group]), value.shape)


def transpose(t):
    value = t.value(0)
    order = t.attribute("perm", list(range(len(value.groups) + 1))[::-1])
    if sorted(order) != list(range(len(value.groups) + 1)) or order[0] != 0:
        raise Refused("it moves the axis of the samples")
    return value.seen([value.groups[axis - 1] for axis in order[1:]])


def squeeze(t):
    value = t.value(0)
    axes = from_axes(t.node, [None, t.constant(1, "the axes")])
    axes = {t.axis_of(value, a) for a in axes} if axes else {k for k, n in enumerate(value.sizes(), 1) if n == 1}
    if any(value.sizes()[axis - 1] != 1 for axis in axes):
        raise Refused("it takes away an axis of several places")
    return value.seen([group for k, group in enumerate(value.groups, 1) if k not in axes])


def unsqueeze(t):
    value = t.value(0)
    axes = from_axes(t.node, [None, t.constant(1, "the axes")])
    count = len(value.groups) + 1 + len(axes or [])
    if not axes or count > MOST_AXES:
        raise Refused(f"it says no axes, or makes more than {MOST_AXES}")
    axes = {a % count if -count <= a < count else 0 for a in axes}
    if 0 in axes or len(axes) + len(value.groups) + 1 != count:
        raise Refused("an axis before that of the samples, or none that there is")
    rest = list(value.groups)
    return value.seen([[] if k in axes else rest.pop(0) for k in range(1, count)])


def reduce_mean(t):
    value = t.value(0)
    axes = from_axes(t.node, [None, t.constant(1, "the axes")])
    axes = sorted({t.axis_of(value, axis) for axis in axes}) if axes else []
    image = [k for k, group in enumerate(value.groups, 1) if k in axes]
    left = [group for k, group in enumerate(value.groups, 1) if k not in axes]
    if len(value.groups) != 3 or len(image) != 2 or len(left) != 1:
        raise Refused("a mean over other axes than an image's height and width")
    channels = value.groups.index(left[0])
    seen = value.seen([left[0], *[group for k, group in enumerate(value.groups) if k != channels]])
    averaged = windows.global_average(t, seen)
    keeps = t.attribute("keepdims", 1)
    return averaged.seen([left[0] if k == channels else [] for k in range(3)] if keeps else [left[0]])


OPERATORS = {
    "Relu": elementwise("relu"), "Sigmoid": elementwise("sigmoid"), "Tanh": elementwise("tanh", "tanh_"),
    "Softplus": elementwise("softplus"), "Silu": elementwise("silu"), "Gelu": gelu, "LeakyRelu": leaky_relu, "Elu": elu,
    "PRelu": prelu, "Clip": clip, "Max": limit(False), "Min": limit(True), "Softmax": softmax,
    "HardSigmoid": hard_sigmoid, "HardSwish": hard_swish, "Identity": same, "Dropout": dropout, "Cast": cast,
    "BatchNormalization": batch_norm, "LayerNormalization": layer_norm, "MeanVarianceOverAxes": mean_variance,
    "Gemm": gemm, "MatMul": matmul, "Add": binary("Add"), "Sum": binary("Add"), "Sub": binary("Sub"), "Mul": binary("Mul"),
    "Div": divide, "Neg": negate, "Concat": concat, "Flatten": flatten, "Reshape": reshape, "Transpose": transpose,
    "Squeeze": squeeze, "Unsqueeze": unsqueeze, "ReduceMean": reduce_mean, "Conv": windows.conv,
    "ConvTranspose": windows.conv_transpose, "MaxPool": windows.max_pool, "AveragePool": windows.average_pool,
    "GlobalAveragePool": windows.global_average_pool, "GlobalMaxPool": windows.global_max_pool, "Pad": windows.pad,
    "Resize": windows.resize, "Upsample": windows.upsample, "Slice": windows.crop,
}

# Why what exporters write often is not translated.
UNKNOWN = {
    "Pow": "Strata has no powers (in the tanh form of GELU they stand, too: Strata's gelu is the exact one)",
    "LogSoftmax": "Strata has softmax; its losses take logits, so that the model can end before this",
    "InstanceNormalization": "batch_norm and layer_norm are read; group_norm, of which this may be a part, is not",
    "LSTM": "Strata has no recurrent layers", "GRU": "Strata has no recurrent layers", "RNN": "Strata has no recurrent layers",
    "Loop": "a network that Strata runs has no loops", "If": "a network that Strata runs has no branches to choose from",
    "Gather": "it picks values by indices", "Split": "Strata has no layer that takes values apart",
    "Expand": "Strata has no layer that repeats values but upsample2d", "Erf": "it is no part of GELU as exporters write it",
}
