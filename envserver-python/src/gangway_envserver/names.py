"""Names of attributes that may be spoken of at all."""

from __future__ import annotations

import argparse
import keyword


def is_public(name: str) -> bool:
    """Whether it is an identifier without dots that does not begin with an underscore."""
    return name.isidentifier() and not name.startswith("_") and not keyword.iskeyword(name)


def public_name(text: str) -> str:
    """A command line's attribute name, checked."""
    if not is_public(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a public name: expected an identifier without dots that does not "
            "begin with an underscore"
        )
    return text
