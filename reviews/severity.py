"""How severe each reader is: an additive model, score = level + proposal + reader + chance.

Pure. Proposals and readers are random effects, so both are shrunk towards nothing as far as little
is known of them (best linear unbiased prediction: Henderson, "Best linear unbiased estimation and
prediction under a selection model", Biometrics 31, 1975). Nobody knows the two variances either: every
pair of a fixed grid counts as much as it makes the scores likely once the level is left out of account
(REML: Patterson and Thompson, Biometrika 58, 1971). So a few scores that happen to agree are no proof
that readers are equally severe. Equal scores give equal answers. docs/scoring.md explains it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

Key = Hashable
SHARED = 3
WIDTH_OF_90_PERCENT = 1.645
NEGLIGIBLE = 1e-4
RATIOS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)


@dataclass(frozen=True)
class Effect:
    """A value in points of 100, and the bounds between which it lies with 90 % certainty."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether even its bounds lie on one side of nothing."""
        return self.low > 0 or self.high < 0

    def on_the_scale(self) -> "Effect":
        """The same, as far as it lies on the scale of 0 to 100: nobody can have more or less."""
        return Effect(*(min(max(each, 0.0), 100.0) for each in (self.value, self.low, self.high)))


@dataclass(frozen=True)
class Severity:
    """`readers`: how much higher (or lower) each scores; `proposals`: the score without that, of 100."""

    readers: dict[Key, Effect]
    proposals: dict[Key, Effect]


def too_little_overlap(scores: Sequence[tuple[Key, Key, float]]) -> list[Key]:
    """The readers that cannot be compared: everybody, when there are not two who read the same.

    `scores` are (reader, proposal, points). A reader needs `SHARED` proposals that somebody else read as
    well, and all who remain must be linked through what they read together.
    """
    readers = sorted({reader for reader, _p, _s in scores}, key=str)
    seen = {reader: {p for r, p, _s in scores if r == reader} for reader in readers}
    shared = {
        reader: {p for p in seen[reader] if any(p in seen[other] for other in readers if other != reader)}
        for reader in readers
    }
    enough = [reader for reader in readers if len(shared[reader]) >= SHARED]
    linked = _linked(enough, seen)
    return [reader for reader in readers if reader not in linked] if len(linked) > 1 else readers


def _linked(readers: list[Key], seen: dict[Key, set]) -> set[Key]:
    """The largest group of readers that is held together by proposals they share."""
    groups, left = [], list(readers)
    while left:
        group, waiting = set(), [left[0]]
        while waiting:
            reader = waiting.pop()
            group.add(reader)
            waiting += [r for r in left if r not in group and seen[r] & seen[reader]]
        groups.append(group)
        left = [reader for reader in left if reader not in group]
    return max(groups, key=len, default=set())


def severity(scores: Sequence[tuple[Key, Key, float]]) -> Severity | None:
    """The effects behind `scores` (reader, proposal, points); None without enough overlap.

    Readers that cannot be compared are left out, with their scores.
    """
    apart = set(too_little_overlap(scores))
    rows = sorted((row for row in scores if row[0] not in apart), key=lambda row: (str(row[0]), str(row[1])))
    if not rows:
        return None
    readers = sorted({r for r, _p, _s in rows}, key=str)
    proposals = sorted({p for _r, p, _s in rows}, key=str)
    points = np.array([float(s) for _r, _p, s in rows])
    of_proposal = _design([p for _r, p, _s in rows], proposals)
    of_reader = _design([r for r, _p, _s in rows], readers)
    designs = (of_proposal, of_reader)
    pairs = [(a, b) for a in RATIOS for b in RATIOS]
    told = np.array([_likelihood(points, *designs, *pair) for pair in pairs])
    weights = np.exp(told - told.max())
    weights[weights < NEGLIGIBLE] = 0.0
    weights /= weights.sum()
    each = [_predicted(points, *designs, pair) for pair, weight in zip(pairs, weights, strict=True) if weight]
    effects = _averaged(each, weights[weights > 0])
    return Severity(
        readers=dict(zip(readers, effects[len(proposals) :], strict=True)),
        proposals={
            name: effect.on_the_scale()
            for name, effect in zip(proposals, effects[: len(proposals)], strict=True)
        },
    )


def _averaged(each: list[tuple[np.ndarray, np.ndarray]], weights: np.ndarray) -> list[Effect]:
    """One value of each effect, and bounds that also hold what is not known of the variances."""
    values, variances = (np.array(column) for column in zip(*each, strict=True))
    mean = weights @ values
    reach = WIDTH_OF_90_PERCENT * np.sqrt(weights @ (variances + (values - mean) ** 2))
    return [Effect(float(m), float(m - r), float(m + r)) for m, r in zip(mean, reach, strict=True)]


def _design(keys: list[Key], names: list[Key]) -> np.ndarray:
    return np.array([[float(key == name) for name in names] for key in keys])


def _likelihood(points, of_proposal, of_reader, ratio_p: float, ratio_r: float) -> float:
    """The restricted log-likelihood, with the chance variance at its best value.

    The covariance is as wide as there are scores; Woodbury's identity asks for a matrix as wide as
    there are proposals and readers only.
    """
    parts = [(design, ratio) for design, ratio in ((of_proposal, ratio_p), (of_reader, ratio_r)) if ratio]
    count = len(points)
    columns = np.column_stack([np.ones(count), points])
    inverse, spread = columns, 0.0
    if parts:
        design = np.hstack([each for each, _ratio in parts])
        held = np.concatenate([np.full(each.shape[1], 1 / ratio) for each, ratio in parts])
        inner = design.T @ design + np.diag(held)
        inverse = columns - design @ np.linalg.solve(inner, design.T @ columns)
        spread = np.linalg.slogdet(inner)[1] - np.log(held).sum()
    weight = columns[:, 0] @ inverse[:, 0]
    level = columns[:, 0] @ inverse[:, 1] / weight
    squares = max(float((points - level) @ (inverse[:, 1] - level * inverse[:, 0])), 1e-6)
    return -0.5 * (spread + np.log(weight) + (count - 1) * np.log(squares / (count - 1)))


def _predicted(points, of_proposal, of_reader, ratios) -> tuple[np.ndarray, np.ndarray]:
    """Values and variances of the proposals, then of the readers, for one pair of variances.

    Henderson's mixed model equations, solved; their inverse gives the uncertainty.
    """
    proposals, readers = of_proposal.shape[1], of_reader.shape[1]
    design = np.hstack([np.ones((len(points), 1)), of_proposal, of_reader])
    held = [0.0, *[_pull(ratios[0])] * proposals, *[_pull(ratios[1])] * readers]
    inverse = np.linalg.inv(design.T @ design + np.diag(held))
    effects = inverse @ design.T @ points
    chance = max(float(points @ (points - design @ effects)), 0.0) / max(len(points) - 1, 1)
    wanted = np.eye(len(effects))[1:]
    wanted[:proposals, 0] = 1.0
    variances = chance * np.einsum("ij,jk,ik->i", wanted, inverse, wanted)
    return wanted @ effects, np.maximum(variances, 0.0)


def _pull(ratio: float) -> float:
    """How strongly an effect is pulled towards nothing; without any variance it is nothing."""
    return 1 / ratio if ratio else 1e9
