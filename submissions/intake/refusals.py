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
    """Only who agreed it with the organisation lets a mail take the place of its own draft."""

    def __init__(self):
        super().__init__(
            _(
                "This organisation writes its candidacy in the portal itself. Call it first: does this mail "
                "count instead of what it wrote? Then confirm that below, with whom you agreed it."
            )
        )


class FiledByOrganisation(WrittenByOrganisation):
    """What an organisation filed or withdrew itself is never replaced in its name."""

    def __init__(self):
        NotRegistrable.__init__(
            self,
            _(
                "This organisation filed in the portal itself, or withdrew what it had filed. That counts, "
                "and nobody else changes it. Set this mail aside and tell the sender; until the deadline the "
                "organisation can add the documents and file again."
            ),
        )


class NotLate(NotRegistrable):
    def __init__(self):
        super().__init__(
            _("For this organisation this mail came in time. Register it; nothing was noted as late.")
        )


class StillLate(NotRegistrable):
    def __init__(self):
        super().__init__(
            _("No extension makes this mail come in time: it stays noted as late. Nothing was changed.")
        )


class Handled(NotRegistrable):
    def __init__(self):
        super().__init__(_("This mail was handled already by a colleague. Nothing was changed."))
