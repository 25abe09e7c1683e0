"""ONNX files as networks of Strata: what from_onnx.py is made of."""
