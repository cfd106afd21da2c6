"""The page on which the scores of a call are understood: what readers agree on, and who is severe."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from reviews import pictures, queries
from reviews.severity import SHARED, severity, too_little_overlap


def insight(request, call, *, context: dict):
    """Only scores that this person may see count here: a reader's own first, a conflict never."""
    proposals = list(queries.scored_for(request.user, call))
    reviews = list(queries.reviews_of(proposals))
    given = [(review.reviewer, review.proposal_id, review.total) for review in reviews]
    readers = sorted({reader for reader, _p, _s in given}, key=str)
    found = severity([(r.pk, p, float(s)) for r, p, s in given])
    criteria = list(queries.criteria_of(call))
    values = [(s.criterion_id, s.value) for review in reviews for s in review.scores.all()]
    letters = pictures.letters_for(readers)
    page = {
        "title": _("Insight in the scores"),
        "call": call,
        "waiting": queries.proposals_for(request.user, call).filter(sees_scores=False).count(),
        "rows": [(each, found and found.proposals.get(each.pk)) for each in proposals],
        "readers": _readers(readers, given, found, letters),
        "has_severity": found is not None,
        "needed": SHARED,
        "apart": _names(readers, too_little_overlap([(r.pk, p, s) for r, p, s in given])),
        "distributions": pictures.distributions(criteria, values),
        "bar": pictures.BAR,
        "strips": pictures.strips(proposals, given, letters=letters),
        "pairs": pictures.pairs(readers, given),
    }
    return render(request, "admin/reviews/insight.html", context | page)


def _readers(readers, given, found, letters) -> list[dict]:
    return [
        {
            "reader": reader,
            "letter": letters[reader],
            "count": len(points),
            "average": sum(points) / len(points),
            "severity": found and found.readers.get(reader.pk),
        }
        for reader in readers
        for points in [[s for r, _p, s in given if r == reader]]
    ]


def _names(readers, keys) -> list[str]:
    return [str(reader) for reader in readers if reader.pk in keys]
