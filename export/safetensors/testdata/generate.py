"""Writes python.safetensors with the format's own Python package.

Run with safetensors 0.8.0 and numpy 2.4.6; TestPythonFile holds the values.
"""
import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "decode.0.weight": np.array([[1.0, -2.5, 3e-45], [np.inf, np.nan, -0.0]], np.float32),
        "decode.0.bias": np.array([0.1, 16777216.0, 3.4028235e38], np.float32),
        "adam <m> & ü": np.array([1e-300, 0.1], np.float64),
        "step": np.array(7.0, np.float64),
        "nothing": np.zeros((3, 0), np.float32),
    },
    "python.safetensors",
    # One key only: the package writes metadata in an order that changes from run to run.
    metadata={"descent.model": '{"kind": "a<b>", "name": "ü\n"}'},
)
