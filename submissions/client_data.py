"""What looks like the data of a client in free text: a reason to warn its writer, never to refuse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberMatcher
from stdnum.be import bis, nn

from submissions import sections

REGISTER_NUMBER = re.compile(r"(?<![\d.])\d{2}[. ]?\d{2}[. ]?\d{2}[-–. ]?\d{3}[-–. ]?\d{2}(?!\d)")
MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-/. ](\d{1,2})[-/. ]((?:19|20)\d{2})(?!\d)")
YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{2})-(\d{2})(?!\d)")
IN_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}}) ({'|'.join(MONTHS)}) ((?:19|20)\d{{2}})(?!\d)", re.IGNORECASE)
OF_A_BIRTH = re.compile(r"geboren|geboorte|\bgeb\.|°\s*$|\bborn\b", re.IGNORECASE)
OF_SOMETHING_ELSE = re.compile(
    r"opgericht|gesticht|gestart|begonnen|oprichting|wet van|decreet|besluit|staatsblad|statuten|\bsinds\b",
    re.IGNORECASE,
)
WITH_TEXT = (
    sections.SUMMARY,
    sections.CHALLENGES,
    sections.SERVICES,
    sections.PRINCIPLES,
    sections.APPROACH,
)
DIGIT = re.compile(r"\d")
FEWEST_DIGITS = 5  # 3 maart 1980; a telephone number and a register number have more
AROUND = 40
YOUNGEST, OLDEST = 14, 90


@dataclass(frozen=True)
class Suspicion:
    """`text` as it was typed, and `looks_like` what."""

    section: sections.Section
    text: str
    looks_like: str | Promise


def suspicions_in(answers: dict, *, year: int, section: sections.Section | None = None) -> list[Suspicion]:
    """What in the free texts of `answers` (keys of the proposal document) looks like a client's data.

    `year` is the edition's: only who was 14 to 90 then can have been born on a date. The contact
    person's own telephone number is no client's. With `section`, only in its texts: then its own keys
    and the contact are enough.
    """
    own = _digits(answers["contact"]["phone"] or "")
    return [
        Suspicion(part, found, kind)
        for part in WITH_TEXT
        if section in (None, part)
        for text in _free_texts(part, answers)
        for found, kind in suspicions(text, year=year)
        if not own or not _digits(found).endswith(own[-8:])
    ]


def _free_texts(section, answers) -> Iterator[str]:
    for key in section.keys:
        answer = answers[key]
        yield from [answer] if isinstance(answer, str) else (row["how"] for row in answer)


def suspicions(text: str, *, year: int) -> Iterator[tuple[str, str | Promise]]:
    """(what was typed, what it looks like) for each suspicion in one text."""
    if len(DIGIT.findall(text)) < FEWEST_DIGITS:
        return
    for match in REGISTER_NUMBER.finditer(text):
        if nn.is_valid(match.group()) or bis.is_valid(match.group()):
            yield match.group(), _("a national register number")
    for start, end in _birth_dates(text, year=year):
        yield text[start:end], _("a date of birth")
    for match in PhoneNumberMatcher(text, "BE"):
        yield match.raw_string, _("a telephone number")


def _birth_dates(text, *, year) -> Iterator[tuple[int, int]]:
    for match, parts in _dates(text):
        before = text[max(0, match.start() - AROUND) : match.start()]
        if OF_A_BIRTH.search(before) or (
            not OF_SOMETHING_ELSE.search(before) and YOUNGEST <= year - parts[0] <= OLDEST
        ):
            yield match.span()


def _dates(text) -> Iterator[tuple]:
    """Each real date with its (year, month, day)."""
    found = [(match, match.group(3, 2, 1)) for match in DAY_FIRST.finditer(text)]
    found += [(match, match.group(1, 2, 3)) for match in YEAR_FIRST.finditer(text)]
    for match in IN_WORDS.finditer(text):
        day, month, year = match.groups()
        found.append((match, (year, MONTHS.index(month.lower()) + 1, day)))
    for match, parts in found:
        parts = tuple(map(int, parts))
        if _is_date(*parts):
            yield match, parts


def _is_date(year, month, day) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
