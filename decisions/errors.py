"""What the actions of this room raise when they refuse; each message is for the person who tried."""

from reviews.errors import NotAllowed, Refused

__all__ = ["NotAllowed", "NotReady", "Refused", "ReplyClosed"]


class NotReady(Refused):
    """The dry run found problems; `checks` holds every check with what it found."""

    def __init__(self, message, *, checks):
        super().__init__(message)
        self.checks = checks


class ReplyClosed(Refused):
    """The reply came at or after `deadline`, the instant at which the right of reply ended."""

    def __init__(self, message, *, deadline):
        super().__init__(message)
        self.deadline = deadline
