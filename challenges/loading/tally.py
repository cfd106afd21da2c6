"""Writing rows one by one, and counting what was new, changed or the same."""

from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.translation import gettext as _

from challenges.call_file.problems import Problem

OWN_ROOMS = {"challenges", "personas"}


@dataclass
class Tally:
    """What happened to the rows, and the problems that only the database could tell."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.removed)

    def put(self, model: type[Model], *, values: dict | None = None, **key) -> Model:
        """The row of `model` under `key`, holding `values`; written only where it differs."""
        row = model.objects.filter(**key).first()
        if row is None:
            self.created += 1
            return model.objects.create(**key, **(values or {}))
        changed = [name for name, value in (values or {}).items() if getattr(row, name) != value]
        if not changed:
            self.unchanged += 1
            return row
        for name in changed:
            setattr(row, name, values[name])
        row.save(update_fields=changed)
        self.updated += 1
        return row

    def keep_only(self, rows, kept, *, place: str):
        """Remove `rows` that are not among `kept`; what other rooms already use is a problem instead."""
        for row in rows.exclude(pk__in=[each.pk for each in kept]):
            if is_used(row):
                self.problems.append(_in_use(row, place))
            else:
                row.delete()
                self.removed += 1


def is_used(row: Model) -> bool:
    """Whether anything outside this room points at `row`, without knowing what that may be."""
    for relation in row._meta.related_objects:
        if relation.related_model._meta.app_label in OWN_ROOMS:
            continue
        if relation.related_model._base_manager.filter(**{relation.field.name: row}).exists():
            return True
    return False


def _in_use(row, place: str) -> Problem:
    return Problem(
        place,
        _("“%s” is no longer in the file, but candidacies already build on it.") % row,
        _("Put it back; what organisations answered to cannot be removed."),
    )
