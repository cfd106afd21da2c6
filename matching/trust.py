"""The trust in a text as a whole, step by step: what each factor is worked out from."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from matching import words
from matching.engine import trust as engine
from matching.engine.trust import Trust


def steps_of(trust: Trust, *, against: str) -> list[str]:
    """A line per factor, and what they come to; `against` are some of the words with another purpose."""
    lines = dict(_lines(trust, against))
    product = " × ".join(told(factor) for factor in lines.values())
    return [*lines, f"{product} = {told(trust.value)}"]


def _lines(trust: Trust, against: str) -> Iterator[tuple[str, float]]:
    toned = trust.tangible + trust.vague
    yield (
        _(
            "Sentences with more tangible words than vague ones: %(tangible)s; with fewer: %(vague)s. "
            "(%(tangible)s + 1) / (%(plain)s × %(toned)s + 1), at most 1 = %(value)s; squared %(square)s."
        )
        % {
            "tangible": trust.tangible,
            "vague": trust.vague,
            "toned": toned,
            "plain": told(engine.PLAIN, 1),
            "value": told(trust.plain),
            "square": told(trust.plain**2),
        },
        trust.plain**2,
    )
    yield (
        _(
            "Words of helping: together %(helping)s. "
            "%(least)s + %(rest)s × %(helping)s / %(enough)s, at most 1 = %(value)s."
        )
        % {
            "helping": told(trust.helping, 2),
            "least": told(engine.WITHOUT_PURPOSE, 1),
            "rest": told(1 - engine.WITHOUT_PURPOSE, 1),
            "enough": engine.PURPOSE_ENOUGH,
            "value": told(trust.meant),
        },
        trust.meant,
    )
    support = engine.SOME_PURPOSE + trust.helping + trust.people
    yield (
        _(
            "Words with another purpose: together %(against)s%(words)s; words of people: %(people)s. "
            "%(least)s + %(helping)s + %(people)s = %(support)s. "
            "%(support)s / (%(support)s + %(weight)s × %(against)s) = %(value)s; squared %(square)s."
        )
        % {
            "against": told(trust.against, 2),
            "words": f" ({against})" if against else "",
            "people": told(trust.people, 2),
            "least": f"{engine.SOME_PURPOSE:.0f}",
            "helping": told(trust.helping, 2),
            "support": told(support, 2),
            "weight": told(engine.AGAINST_WEIGHT, 1),
            "value": told(trust.fitting),
            "square": told(trust.fitting**2),
        },
        trust.fitting**2,
    )
    yield (
        _(
            "Sentences that only wish or call for something: %(wished)s of %(all)s. Above three in ten, 1 − "
            "their share counts, else 1: %(value)s; squared %(square)s."
        )
        % {
            "wished": trust.wished,
            "all": trust.sentences,
            "value": told(trust.done),
            "square": told(trust.done**2),
        },
        trust.done**2,
    )
    if trust.own < 1:
        yield (
            _("The text repeats the call. The share of its own sentences: %(value)s.")
            % {"value": told(trust.own)},
            trust.own,
        )


def told(value: float, decimals: int = 3) -> str:
    """A number with three decimals: enough to work a whole point out again."""
    return words.number(value, decimals)
