"""Writes all outputs of ONNX policies on the rows of a file of float32: FEATURES MODEL[,MASKS]…."""

import sys

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

for index, argument in enumerate(sys.argv[2:]):
    path, *masks = argument.split(",")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = {
        node.name: np.fromfile(file, "<f4").reshape(-1, node.shape[1])
        for node, file in zip(session.get_inputs(), [sys.argv[1], *masks], strict=True)
    }
    for output in session.get_outputs():
        (value,) = session.run([output.name], given)
        sys.stdout.write(f"{index}:{output.name} float32 {value.shape[0]} {value.shape[1]}\n")
        sys.stdout.flush()
        sys.stdout.buffer.write(value.astype("<f4").tobytes())
        sys.stdout.buffer.flush()
