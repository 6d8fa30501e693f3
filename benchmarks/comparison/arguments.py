"""The command line that measuring programs have in common."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def parser(
    program: str, description: str | None, what: str, repeats: int
) -> argparse.ArgumentParser:
    """Takes names of `what`, `--repeats` and `--report-only`."""
    made = argparse.ArgumentParser(
        prog=program, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("names", nargs="*", metavar=what.upper(), help=f"{what}s (default: all)")
    made.add_argument(
        "--repeats", type=int, default=repeats, help=f"of each {what} (default: {repeats})"
    )
    made.add_argument("--report-only", action="store_true", help="measure nothing")
    return made


def parsed(
    parser: argparse.ArgumentParser, arguments: Sequence[str], known: Sequence[str]
) -> argparse.Namespace:
    """The options; ends the program when a name is not known or there is nothing to repeat."""
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        parser.error(f"unknown name {unknown[0]!r}: expected some of {', '.join(known)}")
    if options.repeats < 1:
        parser.error(f"--repeats: expected at least 1, found {options.repeats}")
    return options
