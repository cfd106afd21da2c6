"""Whether words say what can be seen and touched, or only what sounds well.

Who does something names days, tools, people at a door, cups of coffee; who repeats a call or only
means well speaks of pillars, levers and networks. Readers of both kinds of text wrote the two lists
without having seen any that is measured.
"""

from collections.abc import Iterable, Mapping

from .text import fold

TANGIBLE = "tangible"
VAGUE = "vague"
TONES = (VAGUE, TANGIBLE)
LONGEST_PART = 30


class Tones:
    """The words of either tone: whole, by their beginning (`fiets*`) or by their end (`*iteit`)."""

    def __init__(self, words: Mapping[str, Iterable[str]]):
        self._whole: dict[str, str] = {}
        self._begins: dict[str, str] = {}
        self._ends: dict[str, str] = {}
        for tone in TONES:
            for written in words.get(tone, ()):
                self._index(written)[fold(written)] = tone

    def _index(self, written: str) -> dict[str, str]:
        if written.endswith("*"):
            return self._begins
        return self._ends if written.startswith("*") else self._whole

    def of(self, folded: str) -> int:
        """1 for a tangible word, -1 for a vague one, else 0. A word that is both is tangible; whole words
        go before beginnings, and beginnings before ends."""
        return {TANGIBLE: 1, VAGUE: -1, None: 0}[self._found(folded)]

    def _found(self, folded: str) -> str | None:
        if folded.isdigit():
            return TANGIBLE
        if folded in self._whole:
            return self._whole[folded]
        begins = (folded[:cut] for cut in range(min(len(folded), LONGEST_PART), 2, -1))
        ends = (folded[-cut:] for cut in range(min(len(folded), LONGEST_PART), 2, -1))
        for index, parts in ((self._begins, begins), (self._ends, ends)):
            for part in parts:
                if part in index:
                    return index[part]
        return None
