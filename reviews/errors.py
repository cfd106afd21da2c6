"""What the actions of this room raise when they refuse; each message is for the person who tried."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """This person may not do this, whatever the moment."""


class Refused(Exception):
    """It may not be done now, or not like this; `field` names what to mend where there is one."""

    def __init__(self, message, *, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class Incomplete(Refused):
    """A review lacks scores or justifications; `missing` maps the criterion's slug to what lacks."""

    def __init__(self, message, *, missing: dict[str, str]):
        super().__init__(message)
        self.missing = missing
