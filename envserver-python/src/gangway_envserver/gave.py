"""What the server itself finds wrong with what an environment gave."""

from __future__ import annotations


class Unfit(ValueError):  # noqa: N818 - as RequestFailed
    """A value that an environment gave does not fit what the environment declares.

    The text continues "the environment gave": it names the value, and what was expected.
    """
