#!/usr/bin/env python3
"""The weights of a Keras .h5 file as a safetensors file, which strata::load takes.

usage: from_keras.py MODEL.h5 OUT.safetensors [--names]

MODEL.h5 is a whole model, or weights alone, in the layout of Keras's HDF5 files: groups of layers, whose attribute weight_names
says what lies in them. Tensors are called by their layer's place in the model, as "0.kernel", and load(path, net, keras) closes
the gaps of layers without weights; with --names by the layer's own name, as "dense_1.kernel", for
load(path, net, keras.with_names({{"0", "dense_1"}, ...})). Needs Debian's python3-h5py.

Keras itself was not run: this was tried on files that h5py wrote in that layout.
"""

import contextlib
import json
import math
import os

import safetensors_file
from safetensors_file import Refused, one_line

# Weights may take so many times the bytes of their file, which is compressed at times.
MOST_TIMES = 8


@contextlib.contextmanager
def by_hdf5(what):
    """What HDF5's library has to say of a damaged file, as what is refused."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except Exception as error:
        raise Refused(f"{what} cannot be read: {one_line(error)}") from None


def find(group, path):
    """What lies there in the file; None if nothing does. Links, which might lead into other files, are not followed."""
    import h5py

    for part in path.split("/"):
        if not isinstance(group, h5py.Group) or not isinstance(group.get(part, getlink=True), h5py.HardLink):
            return None
        group = group[part]
    return group


class Room:
    """How many bytes may still be read of a file."""

    def __init__(self, path):
        self.left = MOST_TIMES * os.path.getsize(path)

    def take(self, what, one):
        self.left -= max(math.prod(one.shape), math.prod(getattr(one, "chunks", None) or ())) * one.dtype.itemsize
        if self.left < 0:
            raise Refused(f"{what} has the shape {list(one.shape)}: so much does not lie in the file")


def texts(owner, name, room):
    """An attribute that is a list of texts; long ones are cut into name0, name1, ..."""
    attributes, values, parts = owner.attrs, [], []
    if name in attributes:
        parts.append(name)
    else:
        while f"{name}{len(parts)}" in attributes:
            parts.append(f"{name}{len(parts)}")
        if not parts:
            return None
    for part in parts:
        about = attributes.get_id(part)
        if len(about.shape) != 1 or about.dtype.kind not in "SO" and about.shape != (0,):
            raise Refused(f"the attribute {part} of {owner.name} is no list of texts")
        room.take(f"the attribute {part} of {owner.name}", about)
        values += list(attributes[part])
    try:
        return [one.decode("utf-8") if isinstance(one, bytes) else str(one) for one in values]
    except UnicodeDecodeError:
        raise Refused(f"the attribute {name} of {owner.name} is no UTF-8") from None


def kinds_of_layers(file):
    """Classes of layers by their names, where the file says them."""
    from keras_weights import list_layers

    config = file.attrs.get("model_config")
    if config is None:
        return {}
    try:
        config = json.loads(config)
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(f"the attribute model_config is no model's: {error}")
    return dict(list_layers(config, "the attribute model_config"))


def read_layer(name, group, room):
    """The layers that are kept under one name: one, or, of a model within the model, several."""
    import h5py

    listed = texts(group, "weight_names", room)
    if listed is None:
        raise Refused(f"layer {name} has no attribute weight_names")
    layers = {}
    for weight in listed:
        place = find(group, weight)
        if not isinstance(place, h5py.Dataset):
            raise Refused(f"layer {name} has no data of {weight}, which its weight_names lists")
        if place.dtype.kind not in "fiub" or place.shape is None:
            raise Refused(f"{weight} has elements of type {place.dtype}, which are no weights")
        if place.external or place.is_virtual:
            raise Refused(f"{weight} of layer {name} lies in another file")
        room.take(f"{weight} of layer {name}", place)
        path, _, last = weight.rpartition("/")
        weights = layers.setdefault(path.split("/")[-1] or name, {})
        last = last.rpartition(":")[0] if last.rpartition(":")[2].isdigit() and ":" in last else last
        if last in weights:
            raise Refused(f"two weights of layer {name} are called {last}")
        weights[last] = place[()]
    return layers or {name: {}}


def read(path, keep_names=False):
    import h5py
    from keras_weights import name_tensors

    with open(path, "rb"):  # the system's reason where there is none
        pass
    if not h5py.is_hdf5(path):
        raise Refused("this is no HDF5 file (a .keras file is an archive: save the model as .h5)")
    room, layers = Room(path), []
    with by_hdf5("the file"), h5py.File(path, "r") as file:
        model = find(file, "model_weights") or file
        names = texts(model, "layer_names", room)
        if names is None:
            if "layers" in file or "_layer_checkpoint_dependencies" in file:
                raise Refused("this has the layout of Keras 3's .weights.h5, where weights have numbers and no names: save the "
                              "model as .h5")
            raise Refused("this is no file of Keras's: it has no attribute layer_names")
        with by_hdf5("the attribute model_config"):
            kinds = kinds_of_layers(file)
        for name in names:
            with by_hdf5(f"layer {name}"):
                group = find(model, name)
                if not isinstance(group, h5py.Group):
                    raise Refused(f"there is no layer {name}, which layer_names lists")
                for own, weights in read_layer(name, group, room).items():
                    layers.append((own, kinds.get(own, kinds.get(name, "")), weights))
    return name_tensors(layers, keep_names)


if __name__ == "__main__":
    safetensors_file.main_with_names("from_keras.py", __doc__, "h5py", read, may_crash=True)
