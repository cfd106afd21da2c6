"""How far a text as a whole is about helping people: five factors, each 0..1.

Each is worked out from counts that only grow, or from shares that a sentence which says something of its
own never lowers, so that adding relevant evidence never costs a point.
"""

from dataclasses import dataclass
from functools import cached_property

WISHING = 0.3
PLAIN = 0.9
WITHOUT_PURPOSE = 0.4
PURPOSE_ENOUGH = 3
SOME_PURPOSE = 2.0
AGAINST_WEIGHT = 1.2


@dataclass(frozen=True)
class Trust:
    """What trust is made of.

    `sentences`, of which `wished` only wish or call for something, `tangible` have more tangible words
    than vague ones (those that name the same things counted once) and `vague` fewer; `own` is the share
    of a repeating text that speaks for itself; `helping`, `against` and `people` are sums of strengths
    of words of helping, of another purpose and of groups of people.
    """

    sentences: int = 0
    wished: int = 0
    tangible: int = 0
    vague: int = 0
    own: float = 1.0
    helping: float = PURPOSE_ENOUGH
    against: float = 0.0
    people: float = 0.0

    @property
    def done(self) -> float:
        """Below 1 where more than three sentences in ten only wish: who wishes offers nothing."""
        share = self.wished / self.sentences if self.sentences else 0.0
        return 1 - share if share > WISHING else 1.0

    @property
    def plain(self) -> float:
        """How many of the sentences with a tone are tangible; one more is given to every text, so that
        a single vague sentence in a short one costs little."""
        return min(1.0, (self.tangible + 1) / (PLAIN * (self.tangible + self.vague) + 1))

    @property
    def meant(self) -> float:
        """How much the text speaks of helping."""
        return WITHOUT_PURPOSE + (1 - WITHOUT_PURPOSE) * min(1.0, self.helping / PURPOSE_ENOUGH)

    @property
    def fitting(self) -> float:
        """Words of helping and of people beside those of selling, celebrating, hobbies and talking about."""
        support = SOME_PURPOSE + self.helping + self.people
        return support / (support + AGAINST_WEIGHT * self.against)

    @cached_property
    def value(self) -> float:
        """0..1, by which every support in the text is multiplied."""
        return self.own * self.done**2 * self.plain**2 * self.meant * self.fitting**2
