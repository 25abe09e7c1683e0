"""Weights of Keras's layers under the names that load(path, net, keras) expects."""

from safetensors_file import Refused


def name_tensors(layers, keep_names=False):
    """Tensors by "0.kernel" of [(layer's name, its class or "", {weight's name: array})], with the layers' places in the list
    for their names, or these themselves. What a layer was made without, a bias or a norm's gamma and beta, is written as the
    zeros and ones that do the same: layers of Strata have them."""
    tensors = {}
    for place, (layer, kind, weights) in enumerate(layers):
        for name, array in fill_up(kind, weights).items():
            key = f"{layer if keep_names else place}.{name}"
            if key in tensors:
                raise Refused(f"two layers have a weight {key}")
            if array.size == 0:
                raise Refused(f"{name} of layer {layer} has the shape {list(array.shape)}, which holds no weights")
            tensors[key] = array
    if not tensors:
        raise Refused("there are no weights")
    return tensors


def fill_up(kind, weights):
    import numpy

    weights = dict(weights)
    if "alpha" in weights:  # of a PReLU that shares slopes over height and width
        alpha = weights["alpha"]
        if alpha.shape[:-1] == (1,) * (alpha.ndim - 1):
            weights["alpha"] = alpha.reshape(-1)
    norm = [weights[name] for name in ("moving_mean", "gamma", "beta") if name in weights]
    if norm and "kernel" not in weights:
        weights.setdefault("gamma", numpy.ones_like(norm[0]))
        weights.setdefault("beta", numpy.zeros_like(norm[0]))
    channels = bias_size(kind, weights)
    if "bias" not in weights and channels is not None:
        weights["bias"] = numpy.zeros(channels, "f4")
    return weights


def bias_size(kind, weights):
    """Of a dense layer or a convolution; None of others, and where the kind of a layer is not known."""
    if len(set(weights) - {"bias"}) != 1:
        return None
    kernel = weights.get("depthwise_kernel", weights.get("kernel"))
    if kernel is None or kernel.ndim not in (2, 4) or kernel.size == 0:
        return None
    if "depthwise_kernel" in weights:
        return kernel.shape[2] * kernel.shape[3] if kernel.ndim == 4 else None
    if kernel.ndim == 2 or kind == "Conv2D":
        return kernel.shape[-1]
    return {"Conv2DTranspose": kernel.shape[2], "DepthwiseConv2D": kernel.shape[2] * kernel.shape[3]}.get(kind)


def member(one, key, kind, place):
    """What stands under a name in JSON, which has to be there and of this kind."""
    if not isinstance(one, dict) or not isinstance(one.get(key), kind):
        raise Refused(f"{place} has no {key} that is {KINDS[kind]}")
    return one[key]


KINDS = {str: "a text", list: "a list", dict: "an object", (dict, list): "an object or a list"}
MOST_WITHIN = 32


def list_layers(config, place, depth=0):
    """Names and classes of a model's layers, in the order of its configuration; those of a model within stand in its place.
    `place` is what the configuration is called in what is refused."""
    layers = member(config, "config", (dict, list), place)
    if isinstance(layers, dict):  # a list alone in old files
        layers = member(layers, "layers", list, f"{place}.config")
    if depth > MOST_WITHIN:
        raise Refused(f"{place} is a model within more than {MOST_WITHIN} others")
    found = []
    for k, one in enumerate(layers):
        here = f"{place}.layers[{k}]"
        kind = member(one, "class_name", str, here)
        if kind in ("Sequential", "Functional", "Model"):
            found += list_layers(one, here, depth + 1)
        else:
            own = one if one.get("name") else member(one, "config", dict, here)
            found.append((member(own, "name", str, here), kind))
    return found
