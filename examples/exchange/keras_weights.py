"""Weights of Keras's layers under the names that load(path, net, keras) expects."""

import numpy

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
            tensors[key] = array
    if not tensors:
        raise Refused("there are no weights")
    return tensors


def fill_up(kind, weights):
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
    if "depthwise_kernel" in weights:
        return weights["depthwise_kernel"].shape[2] * weights["depthwise_kernel"].shape[3]
    kernel = weights.get("kernel")
    if kernel is None or kernel.ndim not in (2, 4):
        return None
    if kernel.ndim == 2 or kind == "Conv2D":
        return kernel.shape[-1]
    return {"Conv2DTranspose": kernel.shape[2], "DepthwiseConv2D": kernel.shape[2] * kernel.shape[3]}.get(kind)


def list_layers(config):
    """Names and classes of a model's layers, in the order of its configuration; those of a model within stand in its place."""
    layers = config["config"]
    layers = layers["layers"] if isinstance(layers, dict) else layers  # a list alone in old files
    found = []
    for one in layers:
        kind = one["class_name"]
        if kind in ("Sequential", "Functional", "Model"):
            found += list_layers(one)
        else:
            found.append((one.get("name") or one["config"]["name"], kind))
    return found
