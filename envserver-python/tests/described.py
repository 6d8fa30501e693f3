"""What a value is, in words that differ when anything of it does."""

from __future__ import annotations

from typing import Any

import numpy as np


def described(value: Any) -> str:
    """The value with its type and every bit, as text."""
    kind = type(value).__name__
    match value:
        case dict():
            return f"{{{', '.join(f'{key!r}: {described(each)}' for key, each in value.items())}}}"
        case list() | tuple():
            return f"{kind}({', '.join(map(described, value))})"
        case np.ndarray() | np.generic():
            return f"{kind} {value.dtype} {value.shape} {value.tobytes().hex()}"
        case float():
            return value.hex()
        case _:
            return f"{kind} {value!r}"
