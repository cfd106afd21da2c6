"""What the pages of the deliberation show: who has scored, the scores side by side, the ballot."""

from dataclasses import dataclass
from statistics import mean

from pitches import queries, rules
from pitches.models import Ballot, Deliberation, Pitch
from reviews.queries import criteria_of
from reviews.totals import points


@dataclass(frozen=True)
class Progress:
    """How far a juror of the panel is: `scored` of `of` criteria."""

    juror: object
    scored: int
    of: int

    @property
    def is_done(self) -> bool:
        return self.of > 0 and self.scored >= self.of


@dataclass(frozen=True)
class ChairRow:
    """One pitch before the chair."""

    pitch: Pitch
    panel: tuple[Progress, ...]
    deliberation: Deliberation | None

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.panel)


def chair_rows(call, chair) -> list[ChairRow]:
    """Every pitch that `chair` may know of, in order of time: 4 queries."""
    panels, scored = queries.panels_of(call), queries.scored_by(call)
    criteria = criteria_of(call).count()
    return [
        ChairRow(
            pitch=pitch,
            panel=tuple(
                Progress(juror, scored.get((pitch.pk, juror.pk), 0), criteria)
                for juror in panels.get(pitch.pk, ())
            ),
            deliberation=getattr(pitch, "deliberation", None),
        )
        for pitch in queries.announced_to_juror(call, chair)
    ]


def progress_of(pitch: Pitch, criteria: int) -> list[Progress]:
    """Per juror of the panel of one pitch how many criteria have a score."""
    counts = {sheet.juror_id: len(sheet.scores.all()) for sheet in queries.sheets_of_panel(pitch)}
    return [Progress(juror, counts.get(juror.pk, 0), criteria) for juror in queries.panel_of(pitch)]


@dataclass(frozen=True)
class ScoreTable:
    """Scores side by side: per criterion one value per juror (or None) and their average."""

    jurors: tuple
    rows: tuple[tuple[object, tuple[int | None, ...], float | None], ...]
    totals: tuple[object, ...]
    total: float | None


def scores_of(pitch: Pitch, criteria) -> ScoreTable:
    """What the panel scored; a total counts only of a juror who scored every criterion."""
    return side_by_side(queries.sheets_of_panel(pitch), criteria)


def side_by_side(sheets, criteria) -> ScoreTable:
    """The scores on `sheets`; one without any score is left out."""
    sheets = [sheet for sheet in sheets if sheet.scores.all()]
    given = [{score.criterion_id: score.value for score in sheet.scores.all()} for sheet in sheets]
    totals = tuple(_total(values, criteria) for values in given)
    return ScoreTable(
        jurors=tuple(sheet.juror for sheet in sheets),
        rows=tuple(
            (criterion, values, _mean(values))
            for criterion in criteria
            for values in [tuple(own.get(criterion.pk) for own in given)]
        ),
        totals=totals,
        total=_mean(totals),
    )


def _total(values: dict, criteria):
    if any(criterion.pk not in values for criterion in criteria):
        return None
    return points((values[criterion.pk], criterion.weight) for criterion in criteria)


def _mean(values):
    known = [value for value in values if value is not None]
    return mean(known) if known else None


@dataclass(frozen=True)
class BallotState:
    """An open or counted ballot, as everybody at the table may see it."""

    ballot: Ballot
    roll: tuple
    needed: int

    @property
    def voted(self) -> int:
        return sum(voter.has_voted for voter in self.roll)

    @property
    def is_open(self) -> bool:
        return self.ballot.state == Ballot.State.OPEN

    def voter(self, user):
        """The line of `user` on the roll, or None."""
        return next((voter for voter in self.roll if voter.juror_id == user.pk), None)


def ballot_state(deliberation: Deliberation | None) -> BallotState | None:
    """The ballot of a deliberation that counts, with its roll; None while there is none."""
    ballot = queries.ballot_of(deliberation) if deliberation else None
    if ballot is None:
        return None
    needed = rules.voters_needed(deliberation.pitch.call.timetable)
    return BallotState(ballot, tuple(queries.roll_of(ballot)), needed)


def stamp_of(deliberation: Deliberation | None, ballot: BallotState | None) -> str:
    """A few letters that change when the page has something else to ask of its reader."""
    if deliberation is None:
        return "none"
    state = ballot.ballot.state if ballot else ""
    number = ballot.ballot.pk if ballot else 0
    return f"{deliberation.revision}-{number}-{state}-{int(deliberation.is_concluded)}"
