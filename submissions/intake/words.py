"""The applicant's own text, put under the questions that its headings name. Nothing is made up or cut off."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.kbo import clean_kbo_number
from challenges.queries import municipalities_of
from submissions.fields import readable
from submissions.forms import BudgetForm
from submissions.models import Proposal, ProposalChallenge, ProposalService

NUMBERING = re.compile(r"^(?:[0-9]{1,2}[.):]|[#*•–-]+|[a-h][.)])\s*", re.IGNORECASE)
CHALLENGE = re.compile(r"^(?P<word>[a-z]+)\s+(?P<number>\d{1,2})\b[^\w]*")
KBO = re.compile(r"(?<![\d.])[01]\d{3}[ .\-/]?\d{3}[ .\-/]?\d{3}(?![\d])")
PLAIN = ("title", "summary", "approach", "experience")
AMOUNTS = ("budget_eur_per_year", "clients_per_year")


@dataclass
class Found:
    """Answers by the keys of the proposal document, facts of the organisation, and what did not fit:
    for each such field its length and its limit, in characters."""

    answers: dict = field(default_factory=dict)
    organisation: dict = field(default_factory=dict)
    too_long: dict[str, tuple[int, int]] = field(default_factory=dict)


def found_in(texts: list[str], *, call) -> Found:
    """What `texts` say under headings; the first text that answers a question wins.

    Without any heading for it, the approach is the longest text as a whole, when it fits.
    """
    found = Found()
    for text in texts:
        for key, said in _parts_of(readable(text), call=call):
            _put(found, key, said, call=call)
    if "approach" not in found.answers and "approach" not in found.too_long and not found.answers:
        _put(found, "approach", max(map(readable, texts), key=len, default=""), call=call)
    return found


def kbo_numbers_in(text: str) -> list[str]:
    """The KBO numbers in a text whose check digits are right, each once, in order."""
    numbers = []
    for match in KBO.finditer(text):
        try:
            numbers.append(clean_kbo_number(match.group()))
        except ValidationError:
            continue
    return list(dict.fromkeys(numbers))


@cache
def _headings() -> dict[str, str]:
    known = yaml.safe_load((settings.BASE_DIR / "data" / "intake-words.yaml").read_text(encoding="utf-8"))
    return {_folded(words): key for key, all_words in known.items() for words in all_words}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())


def _parts_of(text: str, *, call) -> Iterator[tuple[str, str]]:
    """(key, text under it) for each heading; a key may carry a number or slug: `challenge 3`."""
    services = {_folded(service.need): f"service {service.slug}" for service in call.service_types.all()}
    key, lines = None, []
    for line in text.splitlines():
        heading, rest = _heading(line, services)
        if heading is None:
            lines.append(line)
            continue
        if key:
            yield key, "\n".join(lines).strip()
        key, lines = heading, [rest] if rest else []
    if key:
        yield key, "\n".join(lines).strip()


def _heading(line: str, services: dict) -> tuple[str | None, str]:
    before, _colon, after = NUMBERING.sub("", line.strip()).partition(":")
    words = _folded(before.rstrip(" .?,"))
    if numbered := CHALLENGE.match(words):
        known = _headings().get(numbered["word"])
        if known == "challenge" and len(before) < 120:
            return f"challenge {int(numbered['number'])}", after.strip()
    key = services.get(words) or _headings().get(words)
    return key, after.strip()


def _put(found: Found, key: str, said: str, *, call) -> None:
    kind, _space, which = key.partition(" ")
    if not said or kind == "end":
        return
    if kind in ("organisation", "kbo_number", "city"):
        found.organisation.setdefault(kind, said.splitlines()[0])
    elif kind.startswith("contact_"):
        contact = found.answers.setdefault("contact", {})
        contact.setdefault(kind.removeprefix("contact_"), said.splitlines()[0])
    elif kind in PLAIN:
        _put_text(found, found.answers, kind, said, model=Proposal)
    elif kind in AMOUNTS:
        _put_amount(found, kind, said)
    elif kind == "municipalities":
        _put_places(found, said, call=call)
    else:
        _put_row(found, kind, which, said, call=call)


def _put_text(found, into: dict, key: str, said: str, *, model, name: str = "") -> None:
    most = model._meta.get_field(key).max_length
    if len(said) > most:
        found.too_long.setdefault(name or key, (len(said), most))
    else:
        into.setdefault(key, said)


def _put_amount(found, key, said):
    written = re.search(r"\d[\d. \u00a0]*", said)
    try:
        amount = BudgetForm.base_fields[key].clean(written.group().strip(" .")) if written else None
    except ValidationError:
        amount = None
    if amount:
        found.answers.setdefault(key, amount)


def _put_places(found, said, *, call):
    folded = _spaced(said)
    places = sorted(place.name for place in municipalities_of(call) if _spaced(place.name) in folded)
    if places:
        found.answers.setdefault("municipalities", places)


def _spaced(text: str) -> str:
    """`text` as words with a space around each, so that only whole words are found in it."""
    return f" {re.sub(r'[^a-z0-9]+', ' ', _folded(text)).strip()} "


def _put_row(found, kind, which, said, *, call):
    row, model = {}, ProposalChallenge if kind == "challenge" else ProposalService
    _put_text(found, row, "how", said, model=model, name=f"{kind} {which}")
    if not row:
        return
    if kind == "challenge" and any(each.number == int(which) for each in call.challenges.all()):
        _add(found.answers.setdefault("challenges", []), {"number": int(which), **row}, key="number")
    elif kind == "service":
        rows = found.answers.setdefault("service_types", [])
        _add(rows, {"slug": which, **row, "clients_per_year": None}, key="slug")


def _add(rows: list, row: dict, *, key: str) -> None:
    if all(each[key] != row[key] for each in rows):
        rows.append(row)


def answers_of(found: Found, *, mail, call) -> dict:
    """The answers of `found` as a draft keeps them, in the call's own order; the contact is the sender
    where the text names nobody else."""
    told = found.answers.get("contact", {})
    contact = {
        "name": _fitting(told.get("name", ""), "contact_name") or mail.sender_name,
        "email": _address(told.get("email", "")) or mail.sender,
        "phone": _fitting(told.get("phone", ""), "contact_phone") or None,
    }
    values = {**found.answers, "contact": contact}
    if "challenges" in values:
        values["challenges"] = sorted(values["challenges"], key=lambda row: row["number"])
    if "service_types" in values:
        order = [service.slug for service in call.service_types.all()]
        values["service_types"] = sorted(values["service_types"], key=lambda row: order.index(row["slug"]))
    return values


def _fitting(text: str, name: str) -> str:
    return text if len(text) <= Proposal._meta.get_field(name).max_length else ""


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text
