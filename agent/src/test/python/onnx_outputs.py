"""Writes every output of ONNX policies on the rows of a file of float32: FEATURES MODEL…."""

import sys

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

features = np.fromfile(sys.argv[1], "<f4")
for index, path in enumerate(sys.argv[2:]):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (observation,) = session.get_inputs()
    rows = features.reshape(-1, observation.shape[1])
    for output in session.get_outputs():
        (value,) = session.run([output.name], {observation.name: rows})
        sys.stdout.write(f"{index}:{output.name} float32 {value.shape[0]} {value.shape[1]}\n")
        sys.stdout.flush()
        sys.stdout.buffer.write(value.astype("<f4").tobytes())
        sys.stdout.buffer.flush()
