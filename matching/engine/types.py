"""What goes into the engine and what comes out: frozen dataclasses, no behaviour."""

from dataclasses import dataclass, field

SIGNALS = ("chosen", "services", "text", "municipalities", "principles", "expertise")


@dataclass(frozen=True)
class Challenge:
    number: int
    title: str
    target_group: str
    passages: tuple[str, ...] = ()
    needs: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ServiceType:
    slug: str
    need: str
    service: str


@dataclass(frozen=True)
class Municipality:
    nis: str
    name: str
    inhabitants: int


@dataclass(frozen=True)
class Named:
    slug: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Call:
    """The call as the engine sees it. `weights` holds a non-negative whole number per signal;
    municipalities count by their inhabitants, or all alike when `municipalities_alike`."""

    challenges: tuple[Challenge, ...]
    service_types: tuple[ServiceType, ...]
    municipalities: tuple[Municipality, ...]
    principles: tuple[Named, ...]
    expertise: tuple[Named, ...]
    weights: dict[str, int]
    capacity_wanted: int = 20
    municipalities_alike: bool = False

    def needs(self) -> dict[tuple[int, str], int]:
        """Weight of every need (challenge number, service type slug) that is not zero."""
        return {
            (challenge.number, slug): weight
            for challenge in self.challenges
            for slug, weight in challenge.needs.items()
            if weight > 0
        }


@dataclass(frozen=True)
class Proposal:
    """A frozen version as the engine sees it.

    `texts` maps a field's place in the document ("approach", "challenges[0].how") to what is
    written there; `service_types` maps a slug to its clients per year.
    """

    external_id: str
    reference: str
    texts: dict[str, str]
    challenges: tuple[int, ...]
    service_types: dict[str, int]
    municipalities: tuple[str, ...]
    principles: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()
    budget_eur: int = 0
    clients: int = 0


@dataclass(frozen=True, order=True)
class Evidence:
    """Words that counted: `texts[field][start:end] == text`."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Part:
    """One signal of a score: `points` out of `of`, its value 0..1 and the words behind it."""

    signal: str
    points: int
    of: int
    value: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Band:
    """Lowest and highest score when every weight moves by a fifth, and what that says."""

    low: int
    high: int
    label: str


@dataclass(frozen=True)
class ChallengeScore:
    number: int
    points: int
    band: Band
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Support:
    """How far the text alone (0..1) shows that a service type is really offered."""

    slug: str
    chosen: bool
    support: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Score:
    external_id: str
    reference: str
    flags: tuple[str, ...]
    challenges: tuple[ChallengeScore, ...]
    service_types: tuple[Support, ...]
