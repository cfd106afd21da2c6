"""Two texts beside each other, with what differs marked word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\S+\s*|\s+")
LONGEST = 4000  # words of both: beyond it a comparison takes too long, and all of it is marked


@dataclass(frozen=True)
class Piece:
    text: str
    differs: bool


@dataclass(frozen=True)
class Pair:
    """The same answer twice: `before` and `after` as pieces that join to the texts themselves."""

    label: str
    before: list[Piece]
    after: list[Piece]

    @property
    def differs(self) -> bool:
        return any(piece.differs for piece in [*self.before, *self.after])


def pair(label: str, before: str, after: str) -> Pair:
    """`before` and `after` cut in pieces; joined again they are the texts, to the letter."""
    one, two = WORDS.findall(before), WORDS.findall(after)
    if before == after:
        return Pair(label, _pieces(before, False), _pieces(after, False))
    if len(one) + len(two) > LONGEST:
        return Pair(label, _pieces(before, True), _pieces(after, True))
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        left += _pieces("".join(one[a:b]), kind != "equal")
        right += _pieces("".join(two[c:d]), kind != "equal")
    return Pair(label, left, right)


def _pieces(text: str, differs: bool) -> list[Piece]:
    return [Piece(text, differs)] if text else []
