"""The list of sections beside the writing sheet, with what is done."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from submissions import sections
from submissions.progress import Progress, progress_of

CHECK = "nakijken"


@dataclass(frozen=True)
class Step:
    slug: str
    label: str
    url: str
    done: bool = False
    current: bool = False
    count: str = ""


@dataclass(frozen=True)
class Steps:
    pk: object
    progress: Progress

    def url_of(self, section) -> str:
        if section == sections.ATTACHMENTS:
            return reverse("submissions:attachments", args=[self.pk])
        return reverse("submissions:section", args=[self.pk, section.slug])

    def all(self) -> list[Step]:
        steps = [
            Step(
                part.section.slug,
                str(part.section.title),
                self.url_of(part.section),
                done=part.is_complete,
                count=_to_do(part),
            )
            for part in self.progress.parts
        ]
        return [*steps, Step(CHECK, _("Check and file"), reverse("submissions:check", args=[self.pk]))]

    def with_current(self, slug: str) -> list[Step]:
        return [replace(step, current=step.slug == slug) for step in self.all()]


def _to_do(part) -> str:
    started = part.is_filled and part.missing
    return _("%(number)s to do") % {"number": len(part.missing)} if started else ""


def steps_of(proposal) -> Steps:
    return Steps(proposal.pk, progress_of(proposal))
