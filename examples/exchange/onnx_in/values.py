"""Values between ONNX's order of axes, channels first, and Strata's, channels last."""

import numpy

from .reading import Refused


class Axis:
    """An axis of more than one place. Where a Reshape takes it apart, `parts` are what it is then; `inner` is which of
    ONNX's places each of Strata's is, where that is another."""

    def __init__(self, size, inner=None):
        self.size, self.parts, self.inner = size, None, inner

    def leaves(self):
        found, left = [], [self]
        while left:
            one = left.pop()
            while one.parts is not None and len(one.parts) == 1:  # chains of axes that became others, which may be long
                if one.parts[0].parts is not None and len(one.parts[0].parts) == 1:
                    one.parts = one.parts[0].parts
                one = one.parts[0]
            if one.parts is None:
                found.append(one)
            else:
                left += one.parts[::-1]
        return found

    def split(self, first):
        """Into `first` and the rest."""
        if self.inner is not None:
            raise Refused("it takes values apart that were put together from others in another order")
        self.parts = [Axis(first), Axis(self.size // first)]


def new_axis(size):
    """Axes of one place are left out."""
    return [Axis(size)] if size != 1 else []


def leaves_of(axes):
    return [leaf for axis in axes for leaf in axis.leaves()]


def size_of(axes):
    count = 1
    for axis in axes:
        count *= axis.size
    return count


class Layout:
    """The order in which Strata has axes, the last one fastest. A free one is still whatever its readers need: that of
    a dense layer's outputs, or of a flat input."""

    def __init__(self, axes, free=False):
        self.own, self.same = [axes, free], None

    def settled(self):
        found = self
        while found.same is not None:
            found.same = found.same.same or found.same
            found = found.same
        return found

    @property
    def axes(self):
        return self.settled().own[0]

    @axes.setter
    def axes(self, axes):
        self.settled().own[0] = axes

    @property
    def free(self):
        return self.settled().own[1]

    @free.setter
    def free(self, free):
        self.settled().own[1] = free

    def leaves(self):
        return leaves_of(self.axes)


class Value:
    """What an entry computes. `groups` are ONNX's axes behind that of the samples, each a list of Axis; `shape` is
    Strata's."""

    def __init__(self, entry, groups, layout, shape):
        self.entry, self.groups, self.layout, self.shape = entry, groups, layout, tuple(shape)

    def sizes(self):
        return [size_of(group) for group in self.groups]

    def count(self):
        return size_of([axis for group in self.groups for axis in group])

    def leaves(self):
        """In ONNX's order."""
        return leaves_of([axis for group in self.groups for axis in group])

    def seen(self, groups):
        """The same values with other axes in ONNX."""
        return Value(self.entry, groups, self.layout, self.shape)

    def place_of(self, group):
        """A function that says, once all orders are settled, which of ONNX's places each place of Strata's last axis
        is."""
        return lambda: find_places(self.layout, group)


def find_places(layout, group):
    leaves = leaves_of(group)
    order = [leaf for leaf in layout.leaves() if leaf in leaves]
    places = numpy.arange(size_of(group)).reshape([leaf.size for leaf in leaves])
    places = places.transpose([leaves.index(leaf) for leaf in order])
    for axis, leaf in enumerate(order):
        if leaf.inner is not None:
            places = places.take(leaf.inner, axis)
    return places.reshape(-1)


def regroup(value, sizes, may_mix=False):
    """The groups of axes that have these sizes, in ONNX's order. Where they would mix axes: None if they may."""
    rest, groups = value.leaves(), []
    for size in sizes:
        group, have = [], 1
        while have != size:
            if not rest:
                raise Refused(f"{value.count()} values a sample do not make {sizes}")
            leaf, wanted = rest.pop(0), size // have
            if size % have or (leaf.size > wanted and leaf.size % wanted) or (leaf.size <= wanted and wanted % leaf.size):
                if may_mix:
                    return None
                raise Refused(f"axes of {value.sizes()} do not make {sizes} without mixing them")
            if leaf.size > wanted:
                leaf.split(wanted)
                leaf, after = leaf.parts
                rest.insert(0, after)
            group.append(leaf)
            have *= leaf.size
        groups.append(group)
    if rest:
        raise Refused(f"{value.count()} values a sample do not make {sizes}")
    return groups


def make_alike(a, b):
    """Sees to it that two values of one shape lie in one order."""
    if a.sizes() != b.sizes():
        raise Refused(f"operands of {a.sizes()} and {b.sizes()} values do not go together here")
    for _ in range(64):
        ours, theirs = a.leaves(), b.leaves()
        different = next(((x, y) for x, y in zip(ours, theirs) if x.size != y.size), None)
        if different is None:
            break
        large, small = sorted(different, key=lambda axis: -axis.size)
        if large.size % small.size:
            raise Refused("its operands lie in different orders, or are taken apart into different axes")
        large.split(small.size)
    in_a = [ours.index(leaf) for leaf in a.layout.leaves()]
    in_b = [theirs.index(leaf) for leaf in b.layout.leaves()]
    if in_a != in_b:
        if b.layout.free:
            b.layout.axes = [theirs[k] for k in in_a]
        elif a.layout.free:
            a.layout.axes = [ours[k] for k in in_b]
        else:
            raise Refused("its operands lie in different orders, channels first and channels last")
    if any((x.inner is None) != (y.inner is None) or (x.inner is not None and (x.inner != y.inner).any())
           for x, y in zip(ours, theirs)):
        raise Refused("its operands were put together in different orders")
    if a.layout.settled() is b.layout.settled():
        return
    if not (a.layout.free and b.layout.free):
        a.layout.free = b.layout.free = False
        return
    for ours, theirs in zip(a.leaves(), b.leaves()):  # from here on what settles one settles the other
        if ours is not theirs:
            theirs.parts = [ours]
    b.layout.settled().same = a.layout.settled()
