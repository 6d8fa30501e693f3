"""Reference values of the distributions over actions, from their definitions alone.

Sixty digits, sums and integrals of p log p, derivatives by differences. Needs mpmath, which the
environment server does not:

    cd ../../../inference/src/test/resources/dev/gangway/inference/policy
    python "$OLDPWD/distributions.py" > distributions.txt

Each line: name | outputs | other outputs | action | log p(action), entropy, KL(p, other)
| gradient of log p(action) | gradient of the entropy, both by the outputs.
"""

from collections.abc import Callable, Sequence
from typing import Any

from mpmath import diff, exp, inf, log, mp, mpf, npdf, nstr, quad, tanh

mp.dps = 60

Row = Sequence[Any]
Pieces = dict[str, Callable[..., Any]]


def categorical(logits: Row) -> list[Any]:
    """Returns the probabilities."""
    masses = [exp(z) if z != -inf else mpf(0) for z in logits]
    return [mass / sum(masses) for mass in masses]


def bernoulli(logits: Row) -> list[Any]:
    """Returns the probabilities of 0 and 1."""
    return [1 / (1 + exp(logits[0])), 1 / (1 + exp(-logits[0]))]


def discrete(probabilities: Callable[[Row], list[Any]]) -> Pieces:
    """Sums over what can happen."""

    def kl(old: Row, new: Row) -> Any:
        pairs = zip(probabilities(old), probabilities(new), strict=True)
        return sum((p * log(p / q) for p, q in pairs if p), mpf(0))

    return {
        "log_prob": lambda row, action: log(probabilities(row)[int(action[0])]),
        "entropy": lambda row: -sum(p * log(p) for p in probabilities(row) if p),
        "kl": kl,
    }


def gaussian(row: Row, y: Any) -> Any:
    """Returns the density."""
    return npdf(y, row[0], exp(row[1]))


def squashed(row: Row, y: Any) -> Any:
    """Returns the density of y = tanh u by the change of variables."""
    u = log((1 + y) / (1 - y)) / 2
    return npdf(u, row[0], exp(row[1])) / (1 - y * y)


def continuous(
    density: Callable[[Row, Any], Any], squash: Callable[[Any], Any], jacobian: Callable[[Any], Any]
) -> Pieces:
    """Integrates over y, by substitution of u in y = squash(u), whose mass lies around the mean."""

    def mean(row: Row, of: Callable[[Any], Any]) -> Any:
        mu, std = row[0], exp(row[1])
        points = [mu + k * std for k in range(-12, 13, 2)]
        return quad(
            lambda u: of(squash(u)) * density(row, squash(u)) * jacobian(u),
            points,
            method="gauss-legendre",
        )

    return {
        "log_prob": lambda row, action: log(density(row, squash(action[0]))),
        "entropy": lambda row: mean(row, lambda y: -log(density(row, y))),
        "kl": lambda old, new: mean(old, lambda y: log(density(old, y) / density(new, y))),
    }


KINDS: dict[str, Pieces] = {
    "categorical": discrete(categorical),
    "bernoulli": discrete(bernoulli),
    "gaussian": continuous(gaussian, lambda u: u, lambda _: mpf(1)),
    "squashed": continuous(squashed, tanh, lambda u: 1 - tanh(u) ** 2),
}

CASES: list[tuple[str, Row, Row, Row]] = [
    ("categorical", (0.5, -1.25, 2), (-0.5, 0.25, 1), (1,)),
    ("categorical", (30, -30), (-1, 1), (0,)),
    ("categorical", (0.5, -inf, 2, -inf), (1, -inf, -1, -inf), (2,)),
    ("categorical", (-inf, 3), (-inf, -1), (1,)),
    ("bernoulli", (-1.5,), (0.75,), (1,)),
    ("bernoulli", (20,), (-0.5,), (0,)),
    ("gaussian", (0.5, -1), (0.25, -0.5), (0.375,)),
    ("gaussian", (-2, 0.75), (3, 0.25), (3.5,)),
    ("squashed", (0, 0), (0.5, -0.5), (0.25,)),
    ("squashed", (0.5, -1), (0.25, -0.5), (-0.75,)),
    ("squashed", (-2, 0.75), (-1, 1), (-4.5,)),
    ("squashed", (3, -3), (3.125, -2.5), (3.0625,)),
    ("squashed", (1, 1), (-1, 1.25), (2.5,)),
]


def partial(of: Callable[[Row], Any], row: Row, index: int) -> Any:
    """Returns the derivative by one output; where that is masked nothing depends on it."""
    if row[index] == -inf:
        return mpf(0)
    return diff(lambda x: of([*row[:index], x, *row[index + 1 :]]), row[index])


def given(log_prob: Callable[[Row, Row], Any], action: Row) -> Callable[[Row], Any]:
    """Returns the log-probability of one action as a function of the outputs."""
    return lambda row: log_prob(row, action)


def main() -> None:
    """Prints every case."""
    for name, outputs, other, action in CASES:
        row = [mpf(x) for x in outputs]
        kind = KINDS[name]
        scalars = [
            kind["log_prob"](row, action),
            kind["entropy"](row),
            kind["kl"](row, [mpf(x) for x in other]),
        ]
        log_prob = given(kind["log_prob"], action)
        score = [partial(log_prob, row, i) for i in range(len(row))]
        slope = [partial(kind["entropy"], row, i) for i in range(len(row))]
        groups = [outputs, other, action, scalars, score, slope]
        shown = [
            " ".join(nstr(mpf(x), 17).replace("inf", "Infinity") for x in group) for group in groups
        ]
        print(name, *shown, sep=" | ")


if __name__ == "__main__":
    main()
