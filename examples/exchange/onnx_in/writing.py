"""Entries as a header with the network's type, and as the names that their parameters have in Strata's files."""

import re

import numpy

from .entries import Entry

MOST_IN_A_BLOCK = 16


class Block:
    """Entries that stand together: residual<...>, sum_of<path<...>, ...>, concat_of<...>."""

    is_join = False

    def __init__(self, kind, paths, operand, shape):
        self.kind, self.paths, self.operands, self.shape, self.origin = kind, paths, [operand], shape, ""


def count_readers(nodes):
    readers = {}
    for node in nodes:
        for operand in node.operands:
            readers.setdefault(id(operand), []).append(node)
    return readers


def trace(node, readers, outside):
    """The nodes that lead to this one, each read by the next alone, from the last value that is read by more."""
    path = []
    while len(readers.get(id(node), [])) == 1 and id(node) not in outside and not node.is_join and node.kind != "input":
        path.insert(0, node)
        node = node.operands[0]
    return node, path


def length(path):
    return sum(sum(map(length, node.paths)) + 1 if isinstance(node, Block) else 1 for node in path)


def form_block(join, readers, outside):
    """A join whose operands come from one value by paths of their own, as a Block."""
    if join.kind not in ("add", "concat") or len({id(operand) for operand in join.operands}) != len(join.operands):
        return None
    traces = [trace(operand, readers, outside) for operand in join.operands]
    starts, paths = [start for start, _ in traces], [path for _, path in traces]
    if len({id(start) for start in starts}) != 1 or max(map(length, paths)) > MOST_IN_A_BLOCK:
        return None
    empty = paths.count([])
    if join.kind == "add" and empty == 1 and len(paths) == 2:
        return Block("residual", [path for path in paths if path], starts[0], join.shape)
    if empty == 0:
        return Block("sum_of" if join.kind == "add" else "concat_of", paths, starts[0], join.shape)
    return None


def form_blocks(nodes, outside):
    nodes, gone = list(nodes), set()
    readers = count_readers(nodes)
    for at, node in enumerate(nodes):
        block = form_block(node, readers, outside) if node.is_join else None
        if block is not None:
            within = {id(one) for path in block.paths for one in path}
            gone |= within
            start = id(block.operands[0])
            readers[start] = [one for one in readers[start] if id(one) not in within and one is not node] + [block]
            readers[id(block)] = readers.get(id(node), [])
            for reader in readers[id(block)]:
                reader.operands = [block if operand is node else operand for operand in reader.operands]
            if id(node) in outside:
                outside.add(id(block))
                outside[id(block)] = outside[id(node)]
            nodes[at] = block
    return [one for one in nodes if id(one) not in gone]


class Outside(dict):
    """Outputs by the nodes that compute them."""

    def add(self, key):
        self.setdefault(key, None)


def identifier(text):
    return re.sub(r"\W+", "_", text).strip("_") or "value"


class Line:
    """A line of the list: what stands there, how deep, and what is said behind it."""

    def __init__(self, text, depth, shape=None, entry=None):
        self.text, self.depth, self.shape, self.entry = text, depth, shape, entry


class Listing:
    """The flat list of a network: `lines`, and `names`, what each entry with parameters is called in files."""

    def __init__(self, nodes, outputs):
        self.lines, self.names, self.marks, self.next, self.prefix = [], [], {}, {}, ""
        self.outputs, self.taken, self.kinds = outputs, {}, {}
        self.find_marks(nodes)
        self.write(nodes)

    def find_marks(self, nodes):
        wanted, running = set(), None
        for node in nodes:
            if node.kind != "input":
                for operand in self.others(node, running):
                    wanted.add(id(operand))
            running = node
        if sum(node.kind == "input" for node in nodes) > 1:
            wanted |= {id(node) for node in nodes if node.kind == "input"}
        if len(self.outputs) > 1:
            wanted |= set(self.outputs)
        for node in nodes:
            self.kinds[node.kind] = self.kinds.get(node.kind, 0) + 1
            if id(node) in wanted:
                name = self.outputs.get(id(node)) or (node.origin if node.kind == "input" else "")
                self.marks[id(node)] = self.new_mark(identifier(name) if name else f"{node.kind}_{self.kinds[node.kind]}")

    def new_mark(self, wanted):
        name, number = wanted, self.taken.get(wanted, 1)
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken[wanted] = number
        self.taken[name] = 1
        return name

    @staticmethod
    def others(node, running):
        """The operands that are not the value right before, and have to be called by name."""
        first = Listing.first(node, running)
        rest = list(node.operands)
        rest.remove(first)
        return rest if first is running else node.operands

    @staticmethod
    def first(node, running):
        """The operand that the entry reads as the value right before it."""
        if node.kind in ("add", "multiply") and running in node.operands:
            return running
        return node.operands[0]

    def add(self, text, depth, shape=None, entry=None):
        self.lines.append(Line(text, depth, shape, entry))

    def write(self, nodes):
        running = None
        for node in nodes:
            if node.kind == "input":
                self.add(f"input<{', '.join(map(str, node.shape))}>", 0, node.shape, node)
            else:
                first = self.first(node, running)
                if first is not running:
                    self.add(f'resume<"{self.marks[id(first)]}">', 0, first.shape)
                if node.is_join:
                    rest = list(node.operands)
                    rest.remove(first)
                    named = ", ".join(f'"{self.marks[id(operand)]}"' for operand in rest)
                    self.add(f"{node.text}<{named}>", 0, node.shape, node)
                else:
                    self.write_node(node, 0)
            if id(node) in self.marks:
                self.add(f'mark<"{self.marks[id(node)]}">', 0, node.shape)
                self.prefix = self.marks[id(node)]
            running = node

    def write_node(self, node, depth):
        if isinstance(node, Entry):
            number = self.next.get(self.prefix, 0)
            self.next[self.prefix] = number + 1
            name = f"{self.prefix}.{number}" if self.prefix else f"{number}"
            if node.parameters:
                self.names.append((name, node))
            self.add(node.text, depth, node.shape, node)
            return
        if node.kind == "residual":
            self.add("residual<", depth)
            self.write_path(node.paths[0], depth + 1)
        else:
            self.add(f"{node.kind}<", depth)
            for path in node.paths:
                self.add("path<", depth + 1)
                self.write_path(path, depth + 2)
                self.lines[-1].text += ">"
        self.lines[-1].text += ">"
        self.lines[-1].shape = node.shape

    def write_path(self, path, depth):
        for node in path:
            self.write_node(node, depth)

    def tensors(self):
        """Every parameter, as floats, under its name."""
        found = {}
        for name, entry in self.names:
            for parameter, function in entry.parameters.items():
                with numpy.errstate(over="ignore"):
                    found[f"{name}.{parameter}"] = numpy.ascontiguousarray(function(), "<f4")
        return found


def text_of_shape(shape):
    return " x ".join(map(str, shape))


def text_of_list(listing):
    """The entries, a line each, with the shape behind those that change it."""
    written = []
    for k, line in enumerate(listing.lines):
        last = k + 1 == len(listing.lines)
        end = "> {};" if last else "" if line.text.endswith("<") else ","
        written.append(" " * (8 + 4 * line.depth) + line.text + end)
    width = max(map(len, written)) + 1
    text, shape = "", None
    for line, code in zip(listing.lines, written):
        if line.shape is not None and line.shape != shape:
            code = f"{code:<{width}}// {text_of_shape(line.shape)}"
            shape = line.shape
        text += code + "\n"
    return text
