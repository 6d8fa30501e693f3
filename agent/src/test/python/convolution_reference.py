"""Convolutions and their gradients by NumPy, for the tests of the agent's own.

Two layers on images [height, width, channels] scaled by 1/255, a rectifier after each, the second
flattened. Writes named arrays to standard output, each as a line of text ``NAME DTYPE EXTENT…`` and
then its elements, row-major and little-endian. The gradient is that of sum(outputs * weights).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HEIGHT, WIDTH, CHANNELS, IMAGES = 9, 8, 3, 5
LAYERS = ((4, 3, 2), (6, 2, 1))


def write(name: str, array: npt.NDArray[Any]) -> None:
    """Write one named array."""
    array = np.ascontiguousarray(array)
    header = " ".join([name, str(array.dtype), *(str(extent) for extent in array.shape)])
    sys.stdout.buffer.write(header.encode() + b"\n" + array.tobytes())


def patches(images: Floats, kernel: int, stride: int) -> Floats:
    """Return all patches, shape [images, rows, columns, channels, kernel, kernel]."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (kernel, kernel), axis=(1, 2))
    return windows[:, ::stride, ::stride]


def main() -> None:
    """Write everything."""
    generator = np.random.default_rng(0)
    images = generator.integers(256, size=(IMAGES, HEIGHT, WIDTH, CHANNELS)).astype(np.float64)
    write("images", images)
    inputs, channels = images / 255, CHANNELS
    kept = []
    for index, (filters, kernel, stride) in enumerate(LAYERS):
        weights = generator.normal(size=(kernel, kernel, channels, filters))
        bias = generator.normal(size=filters)
        seen = patches(inputs, kernel, stride)
        before = np.einsum("nyxcij,ijcf->nyxf", seen, weights) + bias
        kept.append((inputs, seen, weights, before, stride))
        inputs, channels = np.maximum(before, 0), filters
        write(f"{index}.weights", weights)
        write(f"{index}.bias", bias)
    write("outputs", inputs.reshape(IMAGES, -1))
    delta = generator.normal(size=inputs.shape)
    write("weights", delta.reshape(IMAGES, -1))
    for index in (1, 0):
        below, seen, weights, before, stride = kept[index]
        delta = delta * (before > 0)
        write(f"{index}.weights.gradient", np.einsum("nyxcij,nyxf->ijcf", seen, delta))
        write(f"{index}.bias.gradient", delta.sum(axis=(0, 1, 2)))
        lower = np.zeros_like(below)
        for y in range(delta.shape[1]):
            for x in range(delta.shape[2]):
                part = np.einsum("nf,ijcf->nijc", delta[:, y, x], weights)
                top, left = y * stride, x * stride
                kernel = weights.shape[0]
                lower[:, top : top + kernel, left : left + kernel] += part
        delta = lower
    write("images.gradient", (delta / 255).reshape(IMAGES, -1))


main()
