"""What an organisation had written itself, before a mail of its own took the place of that."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from submissions import sections
from submissions.answers import read
from submissions.forms import beside
from submissions.rules import registered_mails
from submissions.views.own import frame, member_view


@require_safe
@member_view
def earlier(request, proposal):
    """Every text that gave way, section by section, beside what stands there now."""
    now = read(proposal)
    gave_way = registered_mails(proposal).filter(took_over_at__isnull=False)
    mails = [(mail, _parts(proposal, mail.earlier, now)) for mail in gave_way]
    return render(request, "submissions/earlier.html", {**frame(request, proposal), "mails": mails})


def _parts(proposal, before, now) -> list[tuple]:
    parts = [(part, beside(part, proposal=proposal, before=before, after=now)) for part in sections.WRITTEN]
    return [(part, pairs) for part, pairs in parts if any(pair.before for pair in pairs)]
