"""What lets a client have what a server refuses: it depends on whose the server is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remedy:
    """Says which command line mends a refusal.

    The user of a private server is its operator: the program that started it takes the server's
    options itself. A named server has an operator elsewhere.
    """

    private: bool = False

    def option(self, option: str) -> str:
        """The advice to give an option, as a clause that can follow a colon or a comma."""
        if self.private:
            return f"add `{option}` to the command that started this server"
        return f"this server's operator can start it with `gangway serve … {option}`"
