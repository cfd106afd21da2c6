"""When the last right around a decision ends: reply, its answer, and the appeal that both letters name."""

from datetime import datetime, timedelta

from decisions import rules
from decisions.models import Assessment, Decision, Remedy

# A letter may be read some days after it was sent: the term of appeal counts from then.
DELIVERY = timedelta(days=7)


def last_right_ends(call) -> datetime | None:
    """The end (not included) of the last right of anybody in `call`; None while it has no right of reply.

    Before the letters went out it is counted from the end of the right of reply: nobody can say later.
    """
    released = Decision.objects.filter(call=call, status=Decision.Status.RELEASED)
    assessed = Assessment.objects.filter(reply__decision__call=call)
    letters = [*released.values_list("released_at", flat=True), *assessed.values_list("at", flat=True)]
    ends = [moment for moment in [rules.assessments_end(call)] if moment]
    ends += [moment for moment in released.values_list("reply_until", flat=True) if moment]
    remedy = Remedy.objects.filter(call=call).first()
    if remedy:
        ends += [moment + timedelta(days=remedy.days) + DELIVERY for moment in letters or ends]
    return max(ends, default=None)
