"""Where the pages of matching stand: at the staff desk, or read-only in the jury room."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse

from accounts.queries import calls_of_jury, calls_of_staff
from accounts.registry import kept_from
from matching import queries, rules
from submissions.models import Proposal
from submissions.registry import not_open


@dataclass(frozen=True)
class Desk:
    """Names of pages and the frame around them; `frame` makes the context of the frame itself."""

    base: str
    run: str
    explain: str
    coverage: str
    composition: str
    compare: str
    compose: str = ""
    compositions: str = ""
    listed: str = ""
    frame: Callable[[], dict] = dict

    def runs(self, user):
        """The runs that `user` may see here."""
        return queries.runs_in(self._calls(user))

    def compositions_of(self, user):
        """The compositions that `user` may see here."""
        found = queries.compositions_in(self._calls(user))
        return found if self.is_jury else found.exclude(Exists(queries.kept_in_run(user)))

    def explanations(self, run) -> str:
        """Where every score of a run is explained: the address before `SCORED/CHALLENGE/`."""
        return reverse(self.explain, args=[run.pk, 0, 0]).removesuffix("0/0/")

    def match(self, user, **which):
        """One score of the calls of `user`; of a proposal that is `hidden` it is not shown."""
        return queries.match_in(self._calls(user), **which)

    def hidden(self, user, call) -> set:
        """Ids of proposals of which `user` may see nothing: in conflict, or for a juror not on the table."""
        if self.is_jury:
            return not_open(user, call=call)
        kept = Proposal.objects.filter(kept_from(user, organisation="organisation", call="call"), call=call)
        return set(kept.values_list("pk", flat=True))

    def hidden_in_composition(self, user, call) -> set:
        """The same within a composition: who sees one at the desk is kept from nobody in it."""
        return self.hidden(user, call) if self.is_jury else set()

    def may_act(self, user, call) -> bool:
        """Whether this is a place to compose and choose, and `user` may."""
        return not self.is_jury and rules.may_match(user, call=call)

    @property
    def is_jury(self) -> bool:
        return not self.compose

    def _calls(self, user):
        return calls_of_jury(user) if self.is_jury else calls_of_staff(user)


def staff_desk(request, site) -> Desk:
    """Inside the admin."""
    return Desk(
        base="admin/matching/base.html",
        run="admin:matching_run_change",
        explain="admin:matching_run_explain",
        coverage="admin:matching_run_coverage",
        composition="admin:matching_composition_change",
        compare="admin:matching_run_compare",
        compose="admin:matching_run_compose",
        compositions="admin:matching_composition_changelist",
        frame=lambda: site.each_context(request),
    )


JURY = Desk(
    base="matching/jury_base.html",
    run="matching:jury_run",
    explain="matching:jury_explain",
    coverage="matching:jury_coverage",
    composition="matching:jury_composition",
    compare="matching:jury_compare",
    listed="matching:jury_compositions",
)
