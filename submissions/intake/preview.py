"""What the preview of a mail shows, ready for its page."""

from dataclasses import dataclass

from submissions.intake.opening import Mail, MailedFile
from submissions.intake.organisations import Matches
from submissions.intake.words import Found
from submissions.progress import progress_of


@dataclass(frozen=True)
class Preview:
    """`answers` is what would be filled in, by the keys of the proposal document; `drafts` are those that
    the matching organisations wrote themselves."""

    mail: Mail
    matches: Matches
    found: Found
    answers: dict
    drafts: dict

    @property
    def own_drafts(self) -> list[dict]:
        """How far each draft is that its organisation writes itself: never its words."""
        return [{"proposal": draft, "progress": progress_of(draft)} for draft in self.drafts.values()]

    @property
    def unnamed(self) -> list[MailedFile]:
        """Documents whose file name lacks the region's name, as the addendum asks for it."""
        documents = [file for file in self.mail.files if not file.inline]
        return [] if any(file.names_region for file in documents) else documents

    @property
    def refused(self) -> list[MailedFile]:
        return [file for file in self.mail.files if file.refusal]

    @property
    def too_long(self) -> list[tuple[str, int, int]]:
        return [(name, long, most) for name, (long, most) in self.found.too_long.items()]

    @property
    def filled(self) -> list[str]:
        """The keys of the answers that have one."""
        return [key for key, value in self.answers.items() if value and key != "contact"]
