"""Why matching refused; a view or command says it in the reader's language."""


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do."""


class NotAllowed(Refused):
    """Somebody without the role for this call."""


class UnknownProposal(Refused):
    """A reference that is not among the proposals in the running."""

    def __init__(self, *, field: str, reference: str):
        super().__init__(reference)
        self.field, self.reference = field, reference


class WeightsPublished(Refused):
    """The filing deadline has passed: applicants counted on these weights."""


class ReasonMissing(Refused):
    """Choosing otherwise than suggested takes a reason."""
