"""The SHA-256 of each answer of a frozen document; docs/receipt.md shows how anyone recomputes them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from journal.chain import canonical_json, sha256
from submissions import answers

SHORT = 12


@dataclass(frozen=True)
class AnswerDigest:
    """`path` is the answer's place in the document, such as `challenges[0]`."""

    path: str
    label: str
    digest: str

    @property
    def short(self) -> str:
        return self.digest[:SHORT]


def digest_of_answer(value) -> str:
    """A text is taken as it stands, in UTF-8; anything else as the canonical JSON it has in the document."""
    return sha256(value if isinstance(value, str) else canonical_json(value))


def answer_digests(content: dict, *, shown: dict) -> list[AnswerDigest]:
    """One for each answer that was given, in the order of the form; a list of answers has one per row.

    `content` is the frozen document, `shown` the same as `readable` gives it.
    """
    return [
        AnswerDigest(path, label, digest_of_answer(value))
        for path, label, value in _answers(content, shown)
        if value not in ("", None, [])
    ]


class DigestList:
    """All of them for a mail, as text and as HTML: in a rush a template's loop takes ten times as long."""

    def __init__(self, content: dict):
        self.content = content

    @cached_property
    def rows(self) -> list[tuple]:
        shown = with_own_names(self.content)
        return [(each.label, each.digest) for each in answer_digests(self.content, shown=shown)]

    def as_text(self) -> str:
        return "\n".join(f"- {label}\n  {digest}" for label, digest in self.rows)

    def as_html(self) -> str:
        return format_html_join("\n", "<li>{}<br><code>{}</code></li>", self.rows)


def with_own_names(content: dict) -> dict:
    """`content` to show without asking the database: what the document itself calls its rows."""
    named = {
        key: [{**row, "name": row["slug"].replace("-", " ").capitalize()} for row in content[key]]
        for key in ("service_types", "working_principles")
    }
    return {**content, **named, "challenges": [{**row, "challenge": None} for row in content["challenges"]]}


def _answers(content, shown) -> Iterator[tuple]:
    plain = {
        "contact": _("Contact person"),
        "title": _("Title"),
        "summary": _("Summary"),
        "municipalities": _("Municipalities"),
        "priority_expertise": _("Priority expertise"),
        "approach": _("Approach"),
        "experience": _("Experience"),
        "budget_eur_per_year": _("Budget per year"),
        "clients_per_year": _("Clients per year"),
    }
    for key in answers.KEYS:
        if key in plain:
            yield key, plain[key], content[key]
            continue
        for index, (row, seen) in enumerate(zip(content[key], shown[key], strict=True)):
            yield f"{key}[{index}]", _label(seen), row


def _label(row) -> str:
    """The name of a service type or working principle, or the challenge with its number."""
    if "name" in row:
        return row["name"]
    challenge = _("Challenge %(number)s") % {"number": row["number"]}
    return f"{challenge}: {row['challenge'].title}" if row["challenge"] else challenge
