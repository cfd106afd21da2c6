"""From scores to points of 100."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from reviews.models import HIGHEST


def points(scored: Iterable[tuple[int, int]]) -> Decimal:
    """The weighted total of (value 0-5, weight in percent) pairs: 0 to 100, one decimal."""
    total = sum(Decimal(value * weight) / HIGHEST for value, weight in scored)
    return Decimal(total).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def running(criteria, review) -> Decimal:
    """The points of 100 that `review` (or None) has so far; what is not scored counts for nothing."""
    weights = {criterion.pk: criterion.weight for criterion in criteria}
    given = review.scores.all() if review else ()
    return points((s.value, weights[s.criterion_id]) for s in given if s.value is not None)
