"""Steps that leave out those of Gymnasium's wrappers that have nothing left to do.

`gymnasium.make` wraps every environment in an order enforcer and a checker. Once it was reset, the
one, and once it was stepped twice, the other does nothing in a step but to call the next: 4 % of
the time of a step of the cart-pole.
"""

from __future__ import annotations

from typing import Any

import gymnasium
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker

# So many steps after a reset the checker has seen what it looks for.
CHECKED_STEPS = 2


def shorten(environment: gymnasium.Env[Any, Any]) -> None:
    """Makes the steps of an environment that was reset shorter where that changes nothing.

    Subclasses of the two wrappers stay, and so does a checker that is not through.
    """
    wrappers = []
    inner = environment
    while isinstance(inner, gymnasium.Wrapper):
        wrappers.append(inner)
        inner = inner.env
    for wrapper in reversed(wrappers):  # from within, so that each leads past all
        if type(wrapper) is OrderEnforcing or _has_checked(wrapper):
            vars(wrapper)["step"] = wrapper.env.step


def _has_checked(wrapper: gymnasium.Wrapper[Any, Any, Any, Any]) -> bool:
    return (
        type(wrapper) is PassiveEnvChecker
        and wrapper.checked_step
        and getattr(wrapper, "checked_data_reuse", True)  # since Gymnasium 1.4
    )
