"""The shape of a proposal document, strictly, and what it may name of the call."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    ValidationInfo,
    field_validator,
)

from accounts.kbo import clean_kbo_number
from accounts.models import Organisation as OrganisationRow
from challenges.call_file.problems import Mismatch
from challenges.call_file.schema import text
from challenges.models import Call
from challenges.queries import municipalities_of
from submissions import files, rules
from submissions.models import Proposal as ProposalRow
from submissions.models import ProposalChallenge
from submissions.refusals import FileRefused, FilingClosed, FilingNotOpen

LARGEST = 2_147_483_647


@dataclass(frozen=True)
class Known:
    """What a document may name: the parts of `call`, the files in `folder`; `at` is the portal's moment."""

    call: Call
    folder: Path
    at: datetime
    to_be_filed: bool
    challenges: frozenset[int]
    service_types: frozenset[str]
    working_principles: frozenset[str]
    priority_expertise: frozenset[str]
    municipalities: dict[str, str]


def known_of(call: Call, *, folder: Path, at: datetime, to_be_filed: bool) -> Known:
    places = municipalities_of(call)
    return Known(
        call=call,
        folder=folder,
        at=at,
        to_be_filed=to_be_filed,
        challenges=frozenset(call.challenges.values_list("number", flat=True)),
        service_types=frozenset(call.service_types.values_list("slug", flat=True)),
        working_principles=frozenset(call.working_principles.values_list("slug", flat=True)),
        priority_expertise=frozenset(call.priority_expertise.values_list("slug", flat=True)),
        municipalities={key: place.name for place in places for key in (place.nis, place.name.casefold())},
    )


def _limit(model, field: str, *, least: int = 0):
    return text(model._meta.get_field(field).max_length, least=least)


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise Mismatch(
            _("This is not an e-mail address."), _("Write it like name@organisation.be.")
        ) from None
    return value


def _website(value: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        raise Mismatch(
            _("This is not a web address."), _("Write it like https://www.organisation.be.")
        ) from None
    return value


def _choice(key: str):
    """One of the call's own numbers or slugs, as `Known` lists them under `key`."""

    def check(value, info: ValidationInfo):
        known = getattr(info.context, key)
        if value not in known:
            listed = ", ".join(str(each) for each in sorted(known)) or "–"
            raise Mismatch(
                _("The call does not know “%(value)s”.") % {"value": value},
                _("Choose one of: %(known)s.") % {"known": listed},
            )
        return value

    return AfterValidator(check)


def _once(key: str = ""):
    """Each item of a list at most once, by `key` or as a whole."""

    def check(rows):
        seen = [getattr(row, key) if key else row for row in rows]
        if doubles := sorted({str(value) for value in seen if seen.count(value) > 1}):
            raise Mismatch(
                _("“%(value)s” stands here more than once.") % {"value": ", ".join(doubles)},
                _("Keep one of them."),
            )
        return rows

    return AfterValidator(check)


Email = Annotated[_limit(OrganisationRow, "email", least=1), AfterValidator(_email)]
Website = Annotated[_limit(OrganisationRow, "website", least=1), AfterValidator(_website)]
Phone = _limit(OrganisationRow, "phone")
How = _limit(ProposalChallenge, "how")
Count = Annotated[StrictInt, Field(ge=1, le=LARGEST)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Organisation(Part):
    name: _limit(OrganisationRow, "name", least=1)
    legal_form: OrganisationRow.LegalForm
    kbo_number: str | None
    city: _limit(OrganisationRow, "city", least=1)
    email: Email
    phone: Phone | None = None
    website: Website | None = None

    @field_validator("kbo_number")
    @classmethod
    def _sound(cls, value, info):
        if value is None:
            return _allowed_without_number(info.data.get("legal_form"))
        try:
            return clean_kbo_number(value)
        except ValidationError as error:
            raise Mismatch(" ".join(error.messages), _("Correct the number.")) from None

    def facts(self) -> dict:
        """The fields of an Organisation row."""
        return {**self.model_dump(), "phone": self.phone or "", "website": self.website or ""}


def _allowed_without_number(legal_form):
    if legal_form is not None and legal_form not in OrganisationRow.WITHOUT_KBO:
        raise Mismatch(
            _("Only an association without legal personality or a public body may do without a KBO number."),
            _("Fill in the KBO number, or correct the legal form."),
        )


class Contact(Part):
    name: _limit(ProposalRow, "contact_name", least=1)
    email: Email
    phone: Phone | None = None


class ChallengeAnswer(Part):
    number: Annotated[StrictInt, _choice("challenges")]
    how: How


class ServiceAnswer(Part):
    slug: Annotated[str, _choice("service_types")]
    how: How
    clients_per_year: Count | None = None


class PrincipleAnswer(Part):
    slug: Annotated[str, _choice("working_principles")]
    how: How = ""


def _municipality(value: str, info: ValidationInfo) -> str:
    known = info.context.municipalities
    if value.casefold() not in known:
        raise Mismatch(
            _("“%(value)s” is no municipality of this region on the day the call opens.") % {"value": value},
            _("Choose one of: %(known)s.") % {"known": ", ".join(sorted(set(known.values())))},
        )
    return known[value.casefold()]


class Attachment(Part):
    path: str
    kind: text(40, least=0) = ""

    @field_validator("path")
    @classmethod
    def _readable(cls, value, info):
        file = (info.context.folder / value).resolve()
        if not file.is_relative_to(info.context.folder.resolve()) or not file.is_file():
            raise Mismatch(
                _("There is no file “%(path)s” beside the document.") % {"path": value},
                _("Give the path relative to the document; the file stands beside or below it."),
            )
        try:
            with file.open("rb") as content:
                files.inspect(content, name=file.name)
        except FileRefused as refusal:
            raise Mismatch(str(refusal), _("Replace the file.")) from None
        return value


class Proposal(Part):
    external_id: _limit(ProposalRow, "external_id", least=1)
    organisation: Organisation
    contact: Contact
    title: _limit(ProposalRow, "title", least=1)
    summary: _limit(ProposalRow, "summary")
    challenges: Annotated[list[ChallengeAnswer], Field(min_length=1), _once("number")]
    service_types: Annotated[list[ServiceAnswer], Field(min_length=1), _once("slug")]
    municipalities: Annotated[
        list[Annotated[str, AfterValidator(_municipality)]], Field(min_length=1), _once()
    ]
    working_principles: Annotated[list[PrincipleAnswer], _once("slug")] = []
    priority_expertise: Annotated[list[Annotated[str, _choice("priority_expertise")]], _once()] = []
    approach: _limit(ProposalRow, "approach", least=1)
    experience: _limit(ProposalRow, "experience") = ""
    budget_eur_per_year: Count
    clients_per_year: Count
    attachments: Annotated[list[Attachment], Field(max_length=files.MAX_FILES)] = []
    filed_at: Annotated[AwareDatetime | None, Field(validate_default=True)] = None

    @field_validator("filed_at")
    @classmethod
    def _in_time(cls, value, info):
        if info.context.to_be_filed:
            _require_in_time(value or info.context.at, call=info.context.call, facts=info.data)
        return value

    def answers(self) -> dict:
        """The answers as `submissions.answers` reads and writes them."""
        kept = {"contact", "title", "summary", "challenges", "service_types", "municipalities"}
        kept |= {"working_principles", "priority_expertise", "approach", "experience"}
        return self.model_dump(include=kept | {"budget_eur_per_year", "clients_per_year"})


def _require_in_time(moment, *, call, facts):
    organisation = facts.get("organisation")
    number = organisation and organisation.kbo_number
    known = number and OrganisationRow.objects.filter(kbo_number=number).first()
    try:
        rules.require_call_open(call=call, organisation_id=known and known.pk, at=moment)
    except FilingClosed as refusal:
        deadline = refusal.deadline.astimezone(call.zone).isoformat()
        raise Mismatch(
            _("This candidacy was not filed before the deadline, %(deadline)s.") % {"deadline": deadline},
            _("Give the instant at which it was received, or load it without filing it."),
        ) from None
    except FilingNotOpen:
        raise Mismatch(
            _("At this instant the call did not take candidacies yet."),
            _("Give the instant at which it was received, or load it without filing it."),
        ) from None


class ProposalDocument(Part):
    proposals: list[Proposal]
