"""What an applicant may want to know before filing: where text and ticks tell different stories."""

from django.utils.translation import gettext as _

from matching import facts
from matching.engine.score import score, scorer
from submissions import document
from submissions.registry import Hint, hints_from

SECTION = "diensten"


@hints_from
def text_against_ticks(proposal) -> list[Hint]:
    """Service types the draft's text shows but doesn't tick, and ticks its text doesn't show."""
    call = facts.engine_call(proposal.call)
    places = {municipality.name: municipality.nis for municipality in call.municipalities}
    draft = facts.engine_content(document.content_of(proposal), places=places)
    [found] = score([draft], using=scorer(call=call, lexicon=facts.lexicon()))
    needs = {service.slug: service.need for service in call.service_types}
    hints = (_hint(code, needs) for code in found.flags)
    return [hint for hint in hints if hint]


def _hint(code: str, needs: dict[str, str]) -> Hint | None:
    kind, _colon, slug = code.partition(":")
    said = {
        "supported_not_ticked": _(
            "Your text also speaks of “%(service)s”, which you did not choose. Do you offer it? "
            "Then choose it, and say for how many people."
        ),
        "ticked_without_support": _(
            "You chose “%(service)s”, but your text hardly says what you do for it: staff see it as "
            "not supported. Tell who does what, where and for whom, in your own words."
        ),
    }
    return Hint(said[kind] % {"service": needs[slug]}, SECTION) if kind in said else None
