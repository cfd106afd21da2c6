"""What an applicant may want to know before filing: where text and ticks tell different stories."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import facts
from matching.engine.echo import call_words
from matching.engine.evidence import Reading, read
from matching.engine.score import SHOWN_AT, score, scorer
from matching.engine.types import Call, Proposal, Score
from submissions import document
from submissions.registry import Hint, hints_from

QUOTED, SHORT = 4, 3


@hints_from
def text_against_ticks(proposal) -> list[Hint]:
    """What the draft's text shows but doesn't tick, and ticks its text doesn't show: service types,
    challenges, working principles and priority expertise, each kind in one sentence."""
    call = facts.engine_call(proposal.call)
    places = {municipality.name: municipality.nis for municipality in call.municipalities}
    draft = facts.engine_content(document.content_of(proposal), places=places)
    [found] = score([draft], using=scorer(call=call, lexicon=facts.lexicon()))
    reading = read(draft, lexicon=facts.lexicon(), words=call_words(call))
    return [
        *_on_text(found),
        *_on_challenges(draft, found),
        *_on_services(call, found),
        *_on_named("principles", draft.principles, call.principles, reading, "werkprincipes"),
        *_on_named("expertise", draft.expertise, call.expertise, reading, "expertise"),
    ]


def _on_text(found: Score) -> Iterator[Hint]:
    said = {
        "vague": _(
            "Your text says little that can be seen or touched, and vague sentences hardly count. Tell what "
            "you do: on which day, where, with how many people, who guides them and what you use."
        ),
        "repeats_call": _(
            "Your text mostly repeats words of the call, and those hardly count. Tell in your own words "
            "what you do."
        ),
    }
    for code, text in said.items():
        if code in found.flags:
            yield Hint(text, "aanpak")


def _on_challenges(draft: Proposal, found: Score) -> Iterator[Hint]:
    unseen = [
        str(challenge.number)
        for challenge in found.challenges
        if challenge.number in draft.challenges
        and next(part.value for part in challenge.parts if part.signal == "text") < SHOWN_AT
    ]
    if unseen:
        said = ngettext(
            "You chose challenge %(numbers)s, but your text hardly shows these people and what you do "
            "for them. Tell who they are and what you do together.",
            "You chose challenges %(numbers)s, but your text hardly shows the people they are about and "
            "what you do for them. Tell who they are and what you do together, or keep only those that fit.",
            len(unseen),
        )
        yield Hint(said % {"numbers": listed(unseen)}, "uitdagingen")


def _on_services(call: Call, found: Score) -> Iterator[Hint]:
    needs = {service.slug: service.need for service in call.service_types}
    quoted = {s.slug: _quoted(place.text for place in s.evidence) for s in found.service_types}
    flagged = defaultdict(list)
    for kind, _colon, slug in (code.partition(":") for code in found.flags):
        flagged[kind].append(slug)
    if "ticks_everything" in flagged:
        said = _(
            "You chose every service type. Choosing everything earns nothing: each one counts only as far as "
            "your text shows what you do for it. Keep what you really offer."
        )
        yield Hint(said, "diensten")
    if slugs := flagged["supported_not_ticked"]:
        named = [f"“{needs[slug]}” ({quoted[slug]})" for slug in slugs]
        said = ngettext(
            "Your text also speaks of %(services)s, which you did not choose. Do you offer it? "
            "Then choose it, and say for how many people.",
            "Your text also speaks of %(services)s, which you did not choose. Do you offer them? "
            "Then choose them, and say for how many people.",
            len(slugs),
        )
        yield Hint(said % {"services": listed(named)}, "diensten")
    if slugs := flagged["ticked_without_support"]:
        said = ngettext(
            "You chose %(services)s, but your text hardly says what you do for it: staff see it as "
            "not supported. Tell who does what, where and for whom, in your own words.",
            "You chose %(services)s, but your text hardly says what you do for them: staff see them as "
            "not supported. Tell for each who does what, where and for whom, in your own words.",
            len(slugs),
        )
        yield Hint(said % {"services": listed([f"“{needs[slug]}”" for slug in slugs])}, "diensten")


def _on_named(kind: str, ticked, all_of, reading: Reading, section: str) -> Iterator[Hint]:
    unseen = [
        f"“{each.name}”"
        for each in all_of
        if each.slug in ticked and not reading.support(kind=kind, target=each.slug)
    ]
    if unseen:
        said = ngettext(
            "You chose %(names)s, but nothing of it can be read in your text, and only what your text "
            "shows counts. Tell in a sentence how you do it.",
            "You chose %(names)s, but nothing of them can be read in your text, and only what your text "
            "shows counts. Tell in a sentence for each how you do it.",
            len(unseen),
        )
        yield Hint(said % {"names": listed(unseen)}, section)


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: a, b and c."""
    *first, last = names
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def _quoted(found) -> str:
    """A few of the words behind a hint; not those that stand inside another, or say little alone."""
    distinct = list(dict.fromkeys(text.lower() for text in found))
    telling = [text for text in distinct if not any(text != other and text in other for other in distinct)]
    shown = [text for text in telling if len(text) > SHORT] or telling
    return ", ".join(f"“{text}”" for text in shown[:QUOTED])
