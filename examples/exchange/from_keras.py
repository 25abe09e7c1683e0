#!/usr/bin/env python3
"""The weights of a Keras .h5 file as a safetensors file, which strata::load takes.

usage: from_keras.py MODEL.h5 OUT.safetensors [--names]

MODEL.h5 is a whole model, or weights alone, in the layout of Keras's HDF5 files: groups of layers, whose attribute weight_names
says what lies in them. Tensors are called by their layer's place in the model, as "0.kernel", and load(path, net, keras) closes
the gaps of layers without weights; with --names by the layer's own name, as "dense_1.kernel", for
load(path, net, keras.with_names({{"0", "dense_1"}, ...})). Needs Debian's python3-h5py.

Keras itself was not run: this was tried on files that h5py wrote in that layout.
"""

import json

import safetensors_file
from safetensors_file import Refused


def texts(attributes, name):
    """An attribute that is a list of texts; long ones are cut into name0, name1, ..."""
    if name in attributes:
        values = list(attributes[name])
    else:
        values, part = [], 0
        while f"{name}{part}" in attributes:
            values += list(attributes[f"{name}{part}"])
            part += 1
        if part == 0:
            return None
    return [one.decode("utf-8") if isinstance(one, bytes) else str(one) for one in values]


def kinds_of_layers(file):
    """Classes of layers by their names, where the file says them."""
    from keras_weights import list_layers

    config = file.attrs.get("model_config")
    if config is None:
        return {}
    try:
        return dict(list_layers(json.loads(config)))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"the attribute model_config is no model's: {type(error).__name__}: {error}")


def read_layer(name, group):
    """The layers that are kept under one name: one, or, of a model within the model, several."""
    import h5py

    listed = texts(group.attrs, "weight_names")
    if listed is None:
        raise Refused(f"layer {name} has no attribute weight_names")
    layers = {}
    for weight in listed:
        place = group.get(weight)
        if not isinstance(place, h5py.Dataset):
            raise Refused(f"layer {name} has no data of {weight}, which its weight_names lists")
        if place.dtype.kind not in "fiub" or place.shape is None:
            raise Refused(f"{weight} has elements of type {place.dtype}, which are no weights")
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
    with h5py.File(path, "r") as file:
        model = file.get("model_weights", file)
        names = texts(model.attrs, "layer_names")
        if names is None:
            if "layers" in file or "_layer_checkpoint_dependencies" in file:
                raise Refused("this has the layout of Keras 3's .weights.h5, where weights have numbers and no names: save the "
                              "model as .h5")
            raise Refused("this is no file of Keras's: it has no attribute layer_names")
        kinds = kinds_of_layers(file)
        layers = []
        for name in names:
            if not isinstance(model.get(name), h5py.Group):
                raise Refused(f"there is no layer {name}, which layer_names lists")
            for own, weights in read_layer(name, model[name]).items():
                layers.append((own, kinds.get(own, kinds.get(name, "")), weights))
        return name_tensors(layers, keep_names)


if __name__ == "__main__":
    safetensors_file.main_with_names("from_keras.py", __doc__, "h5py", read)
