"""How far a draft is, section by section."""

from dataclasses import dataclass

from submissions import answers, rules, sections
from submissions.sections import Section


@dataclass(frozen=True)
class SectionProgress:
    section: Section
    is_filled: bool
    missing: tuple[rules.Missing, ...]

    @property
    def is_complete(self) -> bool:
        return self.is_filled and not self.missing


@dataclass(frozen=True)
class Progress:
    """Uses the prefetches of `queries.with_answers`; the call's service types cost one query."""

    parts: tuple[SectionProgress, ...]

    @property
    def missing(self) -> list[rules.Missing]:
        return [gap for part in self.parts for gap in part.missing]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def done(self) -> int:
        """How many of the compulsory sections are complete."""
        return sum(part.is_complete for part in self._compulsory)

    @property
    def total(self) -> int:
        return len(self._compulsory)

    @property
    def _compulsory(self) -> list[SectionProgress]:
        return [part for part in self.parts if part.section not in sections.OPTIONAL]


def progress_of(proposal) -> Progress:
    values = answers.read(proposal)
    missing = rules.missing_in(values, call=proposal.call)
    return Progress(
        tuple(
            SectionProgress(
                section,
                _is_filled(section, values, proposal),
                tuple(gap for gap in missing if gap.section == section.slug),
            )
            for section in sections.SECTIONS
        )
    )


def _is_filled(section, values, proposal) -> bool:
    if section == sections.ATTACHMENTS:
        return any(not file.removed_at for file in proposal.attachments.all())
    return any(values[key] for key in section.keys)
