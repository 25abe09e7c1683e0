#!/usr/bin/env python3
"""An example program with small settings: it ends well and leaves its pictures and a file of metrics that has the
figures it promises. program.py NAME PROGRAM [OPTIONS OF THE PROGRAM...]"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

KINDS = [
    "the data itself",
    "PCA, 32 components",
    "linear",
    "undercomplete",
    "undercomplete, tied",
    "undercomplete, denoising",
    "overcomplete",
    "overcomplete, sparse",
    "overcomplete, denoising",
]


def check_autoencoder_family(metrics):
    kinds = metrics["kinds"]
    assert list(kinds) == KINDS, list(kinds)
    codes = {"probe_accuracy", "svm_accuracy", "active_units", "units_at_once", "effective_dimension"}
    for name, figures in kinds.items():
        expected = set(codes)
        if name != "the data itself":
            expected |= {"reconstruction_mse", "psnr_gain_db"}
        if name in ("linear", "PCA, 32 components"):
            expected |= {"largest_angle_degrees", "mean_angle_degrees"}
        assert set(figures) == expected, (name, figures)
        assert 0 <= figures["probe_accuracy"][0] <= 1 and 0 <= figures["svm_accuracy"][0] <= 1, figures
    pca = kinds["PCA, 32 components"]
    assert pca["largest_angle_degrees"][0] < 0.01, pca
    # No other linear map to 32 numbers and back is better on the training rows, and one epoch's is far from it.
    assert pca["reconstruction_mse"][0] < kinds["linear"]["reconstruction_mse"][0], kinds


def check_fine_tuning(metrics):
    assert metrics["labels_a_class"] == [3, 5], metrics
    assert set(metrics["accuracy"]) == {"scratch", "frozen", "fine_tuned"}, metrics
    for accuracies in metrics["accuracy"].values():
        assert [len(of_seeds) for of_seeds in accuracies] == [2, 2], metrics
        assert all(0 <= a <= 1 for of_seeds in accuracies for a in of_seeds), metrics


def check_gan_remedies(metrics):
    settings = metrics["settings"]
    assert settings[0]["setting"] == "failing" and len(settings) == 12, settings
    assert settings[0]["nearer_than_failing"] == 0, settings
    for setting in settings:
        for run in setting["runs"]:
            assert run["sliced_wasserstein"] > 0 and run["mmd"] > 0 and 0 <= run["accuracy_embedding"] <= 1, run


def check_conditional_digits(metrics):
    assert len(metrics["epoch_loss"]) == len(metrics["epoch_reconstruction"]) == 5, metrics
    assert all(all_of_it > part > 0 for all_of_it, part in zip(metrics["epoch_loss"], metrics["epoch_reconstruction"]))
    assert metrics["test_reconstruction"] > 0 and metrics["test_kl"] > 0 and metrics["test_mse"] > 0, metrics
    # Already after five epochs the class decides more than half of the digits, and the code most of their style.
    assert metrics["judge_accuracy"] > 0.9 and metrics["as_asked_for"] > 0.5, metrics
    for figure, share in metrics["style_of_columns"].items():
        assert 0.5 < share <= 1 and metrics["style_of_columns_by_chance"][figure] < 0.2, (figure, metrics)


def check_unet_denoiser(metrics):
    for name in ("noisy", "autoencoder", "U-Net"):
        of = metrics[name]
        assert abs(of["decibels"] + 10 * math.log10(of["test_mse"])) < 1e-6, of
    # Already after two epochs.
    assert metrics["U-Net"]["test_mse"] < min(metrics["noisy"]["test_mse"], metrics["autoencoder"]["test_mse"]), metrics
    assert len(metrics["U-Net"]["epoch_loss"]) == len(metrics["autoencoder"]["epoch_loss"]) == 2, metrics


def check_interpolation(metrics):
    figures = {"epoch_loss", "epoch_seconds", "test_mse", "code_from", "code_to", "ends_are_reconstructions", "from"}
    figures |= {"to", "steps", "seed", "batch", "epochs", "learning_rate", "momentum", "noise", "train_images"}
    figures |= {"test_images"}
    platform = {"compiler", "architecture", "lanes"}
    assert set(metrics) == figures | platform | {"adam"}, metrics
    assert set(metrics["adam"]) == figures, metrics["adam"]
    for of_recipe, rate in ((metrics, 0.01), (metrics["adam"], 0.002)):
        assert len(of_recipe["epoch_loss"]) == len(of_recipe["epoch_seconds"]) == 2, of_recipe
        assert of_recipe["ends_are_reconstructions"] is True and of_recipe["learning_rate"] == rate, of_recipe
    # The recipes one by one give the same figures as one after the other.
    for recipe, expected in (("exercise", metrics), ("adam", metrics["adam"])):
        with tempfile.TemporaryDirectory() as alone:
            subprocess.run([program, "--epochs", "2", "--recipe", recipe, "--out", alone], check=True)
            found = json.loads((pathlib.Path(alone) / "metrics.json").read_text())
        assert set(found) == platform | (figures if recipe == "exercise" else {"adam"}), found
        found = found if recipe == "exercise" else found["adam"]
        for figure in figures - {"epoch_seconds"}:
            assert found[figure] == expected[figure], (recipe, figure)
    # One thread, and a training that was stopped after its first epoch and goes on, change no figure.
    with tempfile.TemporaryDirectory() as other:
        kept = ["--out", other, "--checkpoint", other + "/kept.safetensors"]
        subprocess.run([program, "--epochs", "1", "--threads", "1", *kept], check=True)
        subprocess.run([program, "--epochs", "2", "--resume", *kept], check=True)
        found = json.loads((pathlib.Path(other) / "metrics.json").read_text())
        assert len(found["epoch_seconds"]) == 1, found  # the first one was not trained again
        for figure in figures - {"epoch_seconds"}:
            assert found[figure] == metrics[figure], figure
            assert found["adam"][figure] == metrics["adam"][figure], figure


def check_vae_against_gan(metrics):
    for kind in ("vae", "gan", "plain_gan"):
        assert len(metrics[kind]) == 2, metrics
        for run in metrics[kind]:
            assert run["sliced_wasserstein"] > 0 and run["squared_mmd"] > 0 and run["entropy"] >= 0, run
    assert metrics["real"] and metrics["judge_accuracy"] > 0, metrics


def check_variational(metrics):
    assert len(metrics["codes"]) == 2, metrics
    for code in metrics["codes"]:
        assert len(code["train_elbo"]) == len(code["test_elbo"]) == 1, code
        assert all(bound < 0 for bound in code["train_elbo"] + code["test_elbo"]), code


CHECKS = {
    "autoencoder_family": (check_autoencoder_family, "filtered.png", b"\x89PNG"),
    "conditional_digits": (check_conditional_digits, "digits.png", b"\x89PNG"),
    "fine_tuning": (check_fine_tuning, "accuracy.svg", b"<?xml"),
    "gan_remedies": (check_gan_remedies, "failing.svg", b"<?xml"),
    "interpolation": (check_interpolation, "interpolation.png", b"\x89PNG"),
    "unet_denoiser": (check_unet_denoiser, "digits.png", b"\x89PNG"),
    "vae_against_gan": (check_vae_against_gan, "samples.png", b"\x89PNG"),
    "variational": (check_variational, "grid.png", b"\x89PNG"),
}

name, program, *options = sys.argv[1:]
check, picture, begin = CHECKS[name]
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    subprocess.run([program, "--out", str(folder), *options], check=True)
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["compiler"] and metrics["lanes"] > 0, metrics
    assert (folder / picture).read_bytes().startswith(begin), picture
    for chart in folder.glob("*.svg"):
        texts = [text for text in xml.etree.ElementTree.parse(chart).getroot().itertext() if text.strip()]
        assert len(texts) > 5, (chart, texts)
    check(metrics)
