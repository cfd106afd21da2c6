"""Why an action was not done. Each says to the person what happened and carries what a page needs."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


class Refusal(Exception):
    """An action that the rules of the call do not allow; `str()` is the sentence for the person."""


class NotAllowed(PermissionDenied):
    """The person may not do this at all: the page answers as if it were not there."""


class FilingNotOpen(Refusal):
    def __init__(self, opens=None):
        self.opens = opens
        super().__init__(_("Candidacies are not open yet."))


class FilingClosed(Refusal):
    """It came at or after `deadline`, the instant that holds for this organisation."""

    def __init__(self, deadline):
        self.deadline = deadline
        super().__init__(_("The deadline has passed."))


class UnderReview(Refusal):
    def __init__(self):
        super().__init__(_("This candidacy is being assessed and can no longer be changed."))


class Incomplete(Refusal):
    """`missing` holds a `rules.Missing` for every answer that lacks."""

    def __init__(self, missing):
        self.missing = missing
        super().__init__(_("The candidacy is not complete yet."))


class Stale(Refusal):
    """Somebody saved the section meanwhile: `values` is what stands there, `save` when and by whom."""

    def __init__(self, *, values, save, revision):
        self.values = values
        self.save = save
        self.revision = revision
        super().__init__(_("A colleague saved this section while you were writing."))


class FileRefused(Refusal):
    """The upload cannot be taken; the sentence says why and how to mend it."""


class NotWithdrawable(Refusal):
    def __init__(self):
        super().__init__(_("Only a filed candidacy on which no decision was taken can be withdrawn."))


class ExtensionRefused(Refusal):
    """The extension cannot be asked or approved like this; the sentence says why."""
