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


class UnknownNeed(Refused):
    """A need wanted twice that the call does not have."""


class UnknownDuty(Refused):
    """A duty to be given up that no partnership of this call owes."""


class NobodyChosen(Refused):
    """A partnership without members."""


class BreaksWishes(Refused):
    """The chosen set does not hold to `wishes` or duties, and nobody said to know that."""

    def __init__(self, wishes):
        super().__init__(", ".join(f"{wish.kind}:{wish.value}" for wish in wishes))
        self.wishes = wishes


class WeightsPublished(Refused):
    """The filing deadline has passed: applicants counted on these weights."""


class ReasonMissing(Refused):
    """Choosing otherwise than suggested takes a reason."""


class ScoringChanged(Refused):
    """This installation scores otherwise than the version that was frozen at the deadline."""


class NothingChanges(Refused):
    """What was asked is what holds already."""


class TooLate(Refused):
    """What was to be approved, refused or stopped is over."""


class WrongAnswer(Exception):
    """The solver's answer does not hold when it is counted again; it is not kept."""
