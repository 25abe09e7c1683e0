"""An ONNX file as a list of nodes, with what several nodes stand for put together again."""

import os
import re
import warnings

import numpy
import onnx
from onnx import external_data_helper, numpy_helper
from safetensors_file import Refused, one_line


# Graphs of more nodes are refused: no compiler would take their networks, and each takes kilobytes here.
MOST_NODES = 10000


def text(name):
    """A name of the file."""
    if not isinstance(name, str):
        raise Refused(f'this is no ONNX file, or a damaged one: the name "{name.decode(errors="replace")}" in it is no UTF-8')
    return name


class Node:
    """An ONNX node. `inputs` and `outputs` are names of values; "" is one that is left out."""

    def __init__(self, op, inputs, outputs, attributes=None, name=""):
        self.op, self.inputs, self.outputs, self.attributes, self.name = op, inputs, outputs, attributes or {}, name

    def __str__(self):
        return f'node "{one_line(self.name or (self.outputs + ["?"])[0], 80)}" ({one_line(self.op, 80)})'


class Graph:
    """Nodes in the order of computing, constants by name, and names, axes and types of what goes in and out. `room` is how
    many bytes of numbers may be made of them."""

    def __init__(self, nodes, constants, inputs, outputs, operator_set, producer, size):
        self.nodes, self.constants, self.inputs, self.outputs = nodes, constants, inputs, outputs
        self.operator_set, self.producer, self.room = operator_set, producer, 8 * size + (8 << 20)


def load_external(tensor, folder, left):
    """Values that lie in another file: one of the same folder. `left` has by file how many bytes of it no tensor has yet."""
    place = {text(entry.key): text(entry.value) for entry in tensor.external_data}
    name = place.get("location", "")
    if not name.isprintable() or not name or os.path.isabs(name) or ".." in name.replace("\\", "/").split("/"):
        raise Refused(f'tensor "{tensor.name}" has its values in "{name}", expected a file beside this one')
    path = os.path.realpath(os.path.join(folder, name))
    if not os.path.isfile(path):
        raise Refused(f'tensor "{tensor.name}" has its values in "{name}", where no file is')
    whole = os.path.getsize(path)
    begin, size = (place.get(key) or default for key, default in (("offset", "0"), ("length", "")))
    if not re.fullmatch("[0-9]{1,18}", begin) or not re.fullmatch("[0-9]{0,18}", size):
        raise Refused(f'tensor "{tensor.name}": its values are {size} bytes at {begin} of "{name}"')
    begin, size = int(begin), int(size or max(whole - int(begin), 0))
    left[path] = left.get(path, whole) - size
    if begin + size > whole or left[path] < 0:
        raise Refused(f'tensor "{tensor.name}": its values are {size} bytes at {begin} of "{name}", which has {whole} for all tensors')
    try:
        with open(path, "rb") as file:
            file.seek(begin)
            tensor.raw_data = file.read(size)
    except OSError as error:
        raise Refused(f'tensor "{tensor.name}": its values cannot be read from "{name}": {one_line(error)}') from None
    tensor.data_location = onnx.TensorProto.DEFAULT
    del tensor.external_data[:]
    return size


def to_array(tensor, what):
    if external_data_helper.uses_external_data(tensor):
        raise Refused(f"{what} has its values in another file, which is read for initializers alone")
    try:
        if tensor.data_type == onnx.TensorProto.INT64 and tensor.int64_data:  # of a byte each at times, and without a list of them
            array = numpy.fromiter(tensor.int64_data, "i8").reshape(tensor.dims)
        else:
            array = numpy_helper.to_array(tensor)
    except Exception as error:
        raise Refused(f"{what} is no sound tensor: {one_line(error)}") from None
    if tuple(array.shape) != tuple(tensor.dims):
        raise Refused(f"{what} has {array.size} values, but the shape {list(tensor.dims)}")
    return array


def read_file(path):
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise Refused(error.strerror or str(error)) from None
    model = onnx.ModelProto()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of what lies behind the end
            model.ParseFromString(data)
    except Exception as error:
        raise Refused(f"this is no ONNX file, or a damaged one: {one_line(error)}") from None
    if not model.HasField("graph") or not model.graph.output:
        raise Refused("this is no ONNX file, or a damaged one: there is no graph with outputs in it")
    graph = model.graph
    for what, there in (("nodes", graph.node), ("tensors", graph.initializer), ("inputs", graph.input), ("outputs", graph.output)):
        if len(there) > MOST_NODES:
            raise Refused(f"it has {len(there)} {what}, more than the {MOST_NODES} that are translated")
    return model, len(data)


def read_node(one):
    node = Node(text(one.op_type), [text(name) for name in one.input], [text(name) for name in one.output], {}, text(one.name))
    if one.domain not in ("", "ai.onnx"):
        raise Refused(f'{node}: the operator is of the domain "{one.domain}", not ONNX\'s')
    for attribute in one.attribute:
        try:
            node.attributes[attribute.name] = onnx.helper.get_attribute_value(attribute)
        except Exception as error:
            raise Refused(f'{node}: attribute "{attribute.name}": {one_line(error)}') from None
    return node


def read(path):
    """The Graph of a file. Raises Refused unless python3-onnx's checker finds it sound."""
    model, size = read_file(path)
    graph, left = model.graph, {}
    for tensor in graph.initializer:
        if external_data_helper.uses_external_data(tensor):
            size += load_external(tensor, os.path.dirname(path) or ".", left)
    nodes = [read_node(one) for one in graph.node]
    try:
        onnx.checker.check_model(model)
    except Exception as error:
        raise Refused(f"ONNX's checker refuses it: {one_line(str(error) or 'of something that is no UTF-8')}") from None
    constants = {}
    for tensor in graph.initializer:
        constants[text(tensor.name)] = to_array(tensor, f'tensor "{tensor.name}"')
    if graph.sparse_initializer:
        raise Refused("it has sparse tensors, which are not translated")
    inputs = []
    for one in graph.input:
        if one.name in constants:
            continue
        if not one.type.HasField("tensor_type"):
            raise Refused(f'input "{one.name}" is no tensor')
        of_type = one.type.tensor_type
        inputs.append((text(one.name), [axis.dim_value if axis.HasField("dim_value") else text(axis.dim_param) or "?"
                                        for axis in of_type.shape.dim], of_type.elem_type))
    sets = [one.version for one in model.opset_import if one.domain in ("", "ai.onnx")]
    producer = " ".join(part for part in map(text, (model.producer_name, model.producer_version)) if part)
    return Graph(nodes, constants, inputs, [text(one.name) for one in graph.output], max(sets, default=1), producer,
                 size)


class Neighbours:
    """Who computes a value, and who reads it."""

    def __init__(self, graph):
        self.graph = graph
        self.maker = {name: node for node in graph.nodes for name in node.outputs if name}
        self.readers = {}
        for node in graph.nodes:
            for name in node.inputs:
                self.readers.setdefault(name, []).append(node)

    def made_by(self, name, *ops):
        node = self.maker.get(name)
        return node if node is not None and node.op in ops else None

    def reader(self, node):
        """The one node that reads an output, if no other does."""
        found = self.readers.get(node.outputs[0], [])
        return found[0] if len(found) == 1 and node.outputs[0] not in self.graph.outputs else None

    def constant(self, name):
        """The number that a value always is."""
        array = self.graph.constants.get(name)
        if array is None and (node := self.made_by(name, "Constant")) is not None and "value" in node.attributes:
            array = to_array(node.attributes["value"], str(node))
        return float(array.reshape(-1)[0]) if array is not None and array.size == 1 and array.dtype.kind in "fi" else None

    def other(self, node, name):
        """The other operand of a node of two."""
        if len(node.inputs) != 2 or name not in node.inputs:
            return None
        return node.inputs[1 - node.inputs.index(name)]

    def scaled(self, node, number):
        """What a Mul multiplies by a number, or a Div divides by 1 / number."""
        for k in (0, 1) if node.op == "Mul" else (1,):
            factor = self.constant(node.inputs[k])
            if factor and abs((factor if node.op == "Mul" else 1 / factor) - number) < 1e-4 * number:
                return node.inputs[1 - k]
        return None


def find_silu(near, node):
    """x * sigmoid(x)."""
    for k in (0, 1):
        gate = near.made_by(node.inputs[k], "Sigmoid") if len(node.inputs) == 2 else None
        if gate is not None and gate.inputs[0] == node.inputs[1 - k]:
            return Node("Silu", [gate.inputs[0]], node.outputs, name=node.name), node
    return None


def find_gelu(near, erf):
    """x * (1 + erf(x / sqrt(2))) / 2, its factors in any order."""
    inner = near.made_by(erf.inputs[0], "Div", "Mul")
    x = near.scaled(inner, 0.5**0.5) if inner is not None else None
    plus = near.reader(erf)
    if x is None or plus is None or plus.op != "Add" or near.constant(near.other(plus, erf.outputs[0])) != 1:
        return None
    wanted, last = {"x", "half"}, plus
    while wanted:
        product = near.reader(last)
        if product is None or product.op != "Mul":
            return None
        factor = near.other(product, last.outputs[0])
        before = near.made_by(factor, "Mul")
        if factor == x:
            found = {"x"}
        elif near.constant(factor) == 0.5:
            found = {"half"}
        elif before is not None and near.scaled(before, 0.5) == x:
            found = {"x", "half"}
        else:
            return None
        if not found <= wanted:
            return None
        wanted, last = wanted - found, product
    return Node("Gelu", [x], last.outputs, name=last.name), last


def mean_axes(near, node):
    if not node.attributes.get("keepdims", 1):
        return None
    axes = node.attributes.get("axes")
    if axes is None and len(node.inputs) > 1 and node.inputs[1] in near.graph.constants:
        axes = near.graph.constants[node.inputs[1]].reshape(-1).tolist()
    return list(axes) if axes else None


def find_layer_norm(near, root):
    """(x - mean) / sqrt(mean of squares + epsilon); a product and a sum behind it are its weight and bias."""
    plus = near.made_by(root.inputs[0], "Add")
    if plus is None:
        return None
    for k in (0, 1):
        epsilon = near.constant(plus.inputs[k])
        variance = near.made_by(plus.inputs[1 - k], "ReduceMean")
        square = near.made_by(variance.inputs[0], "Pow", "Mul") if variance is not None else None
        if epsilon is None or square is None:
            continue
        squared = square.inputs[0]
        if square.inputs[1] != squared if square.op == "Mul" else near.constant(square.inputs[1]) != 2:
            continue
        difference, quotient = near.made_by(squared, "Sub"), near.reader(root)
        mean = near.made_by(difference.inputs[1], "ReduceMean") if difference is not None else None
        if mean is None or mean.inputs[0] != difference.inputs[0] or quotient is None or quotient.op != "Div":
            continue
        # Some exporters subtract twice.
        above = near.made_by(quotient.inputs[0], "Sub")
        if above is None or above.inputs != difference.inputs or mean_axes(near, mean) != mean_axes(near, variance):
            continue
        axes = mean_axes(near, mean)
        if axes is None:
            continue
        made = Node("MeanVarianceOverAxes", [mean.inputs[0]], quotient.outputs, {"axes": axes, "epsilon": epsilon}, quotient.name)
        return made, quotient
    return None


def fuse(graph):
    """Replaces what exporters write out in pieces: SiLU, GELU, layer normalization."""
    near = Neighbours(graph)
    finders = {"Mul": find_silu, "Erf": find_gelu, "Sqrt": find_layer_norm}
    replaced = {}
    for node in graph.nodes:
        found = finders[node.op](near, node) if node.op in finders and node.inputs else None
        if found is not None:
            replaced[id(found[1])] = found[0]
    graph.nodes = [replaced.get(id(node), node) for node in graph.nodes]


def drop_unread(graph):
    """Leaves the nodes on which an output depends."""
    wanted, kept = set(graph.outputs), []
    for node in reversed(graph.nodes):
        if wanted & set(node.outputs):
            wanted |= set(node.inputs)
            kept.append(node)
    graph.nodes = kept[::-1]
