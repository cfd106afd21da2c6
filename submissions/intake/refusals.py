"""Why a mail was not taken in or registered; each says what happened and what to do next."""

from django.utils.translation import gettext as _

from submissions.refusals import Refusal


class MailRefused(Refusal):
    """The file can't be taken in as a mail."""


class MailKnown(MailRefused):
    """The same mail was taken in before, as `intake`."""

    def __init__(self, intake):
        self.intake = intake
        super().__init__(_("This mail was taken in before. Nothing was changed; you find it below."))


class NotRegistrable(Refusal):
    """The mail can't become, or add to, this organisation's candidacy."""


class WrittenByOrganisation(NotRegistrable):
    def __init__(self):
        super().__init__(
            _(
                "This organisation writes its candidacy in the portal itself. So that nothing of it is "
                "overwritten or filed in its name, this mail can not be registered. Call the "
                "organisation: it can add "
                "the documents itself. If the deadline is too near, ask for an extension for it."
            )
        )


class Handled(NotRegistrable):
    def __init__(self):
        super().__init__(_("This mail was handled already by a colleague. Nothing was changed."))
