"""The shape of a call file, strictly: an unknown key or a wrong type is a problem, never a guess."""

import re
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from challenges.call_file.problems import Mismatch
from challenges.models import Contact as ContactRow
from challenges.models import Milestone as MilestoneRow

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _printable(value: str) -> str:
    if CONTROL.search(value):
        raise Mismatch(_("There is an invisible control character in this text."), _("Type the text again."))
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Mismatch(_("This time zone is not known."), _("Write it like Europe/Brussels.")) from None
    return value


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise Mismatch(
            _("This is not an e-mail address."), _("Write it like name@organisation.be.")
        ) from None
    return value


def _moment(value):
    """A datetime, or text like 2023-09-02T00:00 with an hour: a bare date would leave the hour to guess."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", value):
        value = _parsed(datetime, value)
    if not isinstance(value, datetime) or not 2000 <= value.year <= 2100:
        raise Mismatch(
            _("This is not a date with an hour."),
            _("Write it like 2023-09-02T00:00, in the call's time zone."),
        )
    return value


def _day(value):
    if isinstance(value, str):
        value = _parsed(date, value)
    if not isinstance(value, date) or isinstance(value, datetime) or not 2000 <= value.year <= 2100:
        raise Mismatch(_("This is not a date."), _("Write it like 2023-09-14."))
    return value


def _parsed(kind, value: str):
    try:
        return kind.fromisoformat(value)
    except ValueError:
        return None


def text(length: int, *, least: int = 1):
    return Annotated[str, Field(max_length=length, min_length=least, strict=True), AfterValidator(_printable)]


Line = text(160)
Name = text(80)
Paragraph = text(2000)
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
Nis = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
Postcode = Annotated[str, Field(pattern=r"^[1-9][0-9]{3}$")]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_day)]
Year = Annotated[int, Field(ge=2000, le=2100)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class Call(Part):
    slug: Slug
    title: Line
    programme: Line
    edition: Year
    timezone: Annotated[str, AfterValidator(_zone)]
    headline: text(160, least=0) = ""
    introduction: text(600, least=0) = ""
    controller: text(400, least=0) = ""
    privacy_email: Email | None = None
    keep_until: Day | None = None


class Municipality(Part):
    nis: Nis
    name: Name
    postcodes: list[Postcode] = Field(min_length=1)
    inhabitants: int = Field(ge=1, le=2_000_000)
    merged_into: Nis | None = None


class Region(Part):
    slug: Slug
    name: Name
    municipalities: list[Municipality] = Field(min_length=1)


class Persona(Part):
    slug: Slug
    name: Name
    description: text(4000, least=0) = ""


class Need(Part):
    weight: int = Field(ge=1, le=3)
    assumed: bool = True


def _need(value):
    """A bare weight is our reading of the text; written out it may say that it is not assumed."""
    if isinstance(value, dict | Need):
        return value
    if type(value) is not int or not 1 <= value <= 3:
        raise Mismatch(
            _("A weight is 1, 2 or 3."),
            _("Write 1 where it helps, 2 where it matters, 3 where it is essential."),
        )
    return {"weight": value}


class Challenge(Part):
    number: int = Field(ge=1, le=99)
    title: Line
    personas: list[Slug]
    target_group: Paragraph
    barriers: list[Paragraph]
    questions: list[Paragraph]
    service_types: dict[Slug, Annotated[Need, BeforeValidator(_need)]]


class ServiceType(Part):
    slug: Slug
    need: Line
    service: Paragraph


class WorkingPrinciple(Part):
    slug: Slug
    name: Line
    note: text(2000, least=0) = ""


class PriorityExpertise(Part):
    slug: Slug
    name: Line


class Milestone(Part):
    kind: Annotated[MilestoneRow.Kind, Field(strict=False)]
    starts: Moment | None = Field(None, alias="from")
    until: Moment | None = None
    closes: Moment | None = None
    reserve: list[Day] = []
    says: text(160, least=0) = ""

    @model_validator(mode="after")
    def has_a_moment(self):
        if self.starts is None and self.until is None:
            raise Mismatch(_("This milestone has no moment."), _("Give it “from”, “until”, or both."))
        return self

    @model_validator(mode="after")
    def starts_before_it_ends(self):
        if self.starts and self.until and self.starts.replace(tzinfo=None) >= self.until.replace(tzinfo=None):
            raise Mismatch(
                _("“until” does not lie after “from”."),
                _("Set “until” to the first moment that no longer counts, after “from”."),
            )
        return self

    @model_validator(mode="after")
    def only_replies_close_earlier(self):
        if self.closes is None:
            return self
        if self.kind != MilestoneRow.Kind.REPLY:
            raise Mismatch(_("Only the right of reply has “closes”."), _("Leave “closes” out."))
        closes, starts, until = (
            moment and moment.replace(tzinfo=None) for moment in (self.closes, self.starts, self.until)
        )
        if until is None or closes >= until or (starts and closes <= starts):
            raise Mismatch(
                _("“closes” does not lie before “until”."),
                _("Set “closes” to the first moment at which replies are no longer received."),
            )
        return self


class Contact(Part):
    role: Annotated[ContactRow.Role, Field(strict=False)]
    name: text(120)
    email: Email
    phone: text(40, least=0) = ""
    organisation: text(160, least=0) = ""


class CallFile(Part):
    call: Call
    region: Region
    personas: list[Persona]
    challenges: list[Challenge] = Field(min_length=1)
    service_types: list[ServiceType] = Field(min_length=1)
    working_principles: list[WorkingPrinciple] = []
    priority_expertise: list[PriorityExpertise] = []
    milestones: list[Milestone] = Field(min_length=1)
    contacts: list[Contact] = []
    filing_rule: text(2000, least=0) = ""


class Merger(Part):
    nis: Nis
    name: Name
    since: Day = Field(alias="from")
    postcodes: list[Postcode] = Field(min_length=1)
    inhabitants: int = Field(ge=1)
    merges: list[Nis] = Field(min_length=2)


class Mergers(Part):
    mergers: list[Merger]
