"""What the actions of this room raise when they refuse; each sentence is for the person who tried."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """This person may not do this, whatever the moment."""


class Refused(Exception):
    """It cannot be done as things stand; `reasons` are sentences that say why and what to do."""

    def __init__(self, *reasons: str):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class ChangedMeanwhile(Refused):
    """Somebody saved a newer text; nothing was overwritten."""
