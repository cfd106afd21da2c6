"""SQL that is written once and planned once, for what thousands ask in the last hour before a deadline.

Composing a query takes Django several times as long as having it answered, and planning it takes
PostgreSQL as long again. Here both are done once: per process, and per connection (`PREPARE`). After that
only the values change. What comes back are models as the queryset itself would give them.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import count
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BooleanField, Expression, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql import Query
from django.db.transaction import TransactionManagementError

_numbers = count(1)
_prepared: WeakKeyDictionary = WeakKeyDictionary()


class Slot(Expression):
    """Stands in the queryset of a `Statement` for a value that each use gives under this name."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class _Written:
    """SQL with `%s` for each of `parts`: a `Slot`, or a value that never differs."""

    def __init__(self, sql: str, parts):
        self.sql, self.parts = sql, tuple(parts)
        self.name = f"portal_{next(_numbers)}"

    def run(self, cursor, values: dict) -> None:
        filled = [values[part.name] if isinstance(part, Slot) else part for part in self.parts]
        if settings.PREPARED_STATEMENTS:
            self._prepare()
            cursor.execute(self._execute, filled)
        else:
            cursor.execute(self.sql, filled)

    @cached_property
    def _execute(self) -> str:
        values = ", ".join(["%s"] * len(self.parts))
        return f"EXECUTE {self.name} ({values})" if values else f"EXECUTE {self.name}"

    def _prepare(self):
        """Once per connection to the server, of which Django may open a new one at any request."""
        server = connection.connection
        known = _prepared.setdefault(server, set())
        if self.name not in known:
            numbered = self.sql % tuple(f"${number}" for number, _ in enumerate(self.parts, start=1))
            with server.cursor() as cursor:
                cursor.execute(f"PREPARE {self.name} AS {numbered}")
            known.add(self.name)


class Statement:
    """What `make()` returns, asked again and again: a queryset with a `Slot` for each value that differs.

    It may filter, join (`select_related`), annotate, order and lock, or name columns (`values_list`);
    prefetches it has none.
    """

    def __init__(self, make: Callable[[], QuerySet]):
        self._make = make

    def first(self, **values) -> Model | None:
        """The first model for these values of the slots; the queryset itself says in which order."""
        return next(iter(self.all(**values)), None)

    def all(self, **values) -> list[Model]:
        """Every model for these values of the slots."""
        return [self._model_of(row) for row in self.rows(**values)]

    def rows(self, **values) -> Iterable:
        """The same as rows of columns: what the queryset names in `values_list`."""
        compiler = self._compiler
        if compiler.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("A lock needs a transaction.")
        with connection.cursor() as cursor:
            compiler.written.run(cursor, values)
            rows = cursor.fetchall()
        return compiler.apply_converters(rows, compiler.converters) if compiler.converters else rows

    def _model_of(self, row) -> Model:
        model, columns, names, related, annotations = self._shape
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[columns])
        for each in related:
            each.populate(row, found)
        for name, column in annotations:
            setattr(found, name, row[column])
        return found

    @cached_property
    def _compiler(self):
        compiler = self._make().query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.written = _Written(*compiler.as_sql())
        compiler.converters = compiler.get_converters([column for column, *_ in compiler.select])
        return compiler

    @cached_property
    def _shape(self) -> tuple:
        """How a row becomes a model, as `ModelIterable` reads it from a compiler."""
        compiler = self._compiler
        first, last = (compiler.klass_info["select_fields"][at] for at in (0, -1))
        names = [column.target.attname for column, *_ in compiler.select[first : last + 1]]
        related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        annotations = (compiler.annotation_col_map or {}).items()
        return compiler.klass_info["model"], slice(first, last + 1), names, related, tuple(annotations)


class Condition:
    """What `make()` returns, as part of any queryset: a `Q` of subqueries, with a `Slot` for each value
    that differs, and no field of its own.

    Django copies and relabels subqueries at every step of a queryset they stand in, which takes longer
    than all the rest. Here they are SQL once; only the columns and values of the slots are filled in.
    """

    def __init__(self, make: Callable[[], Q]):
        self._make = make

    def on(self, **values) -> Q:
        """The condition on these: values, or what an `OuterRef` in a subquery of the queryset means."""
        return Q(_On(self, values))

    @cached_property
    def written(self) -> tuple[str, tuple]:
        """Its SQL under names that no other subquery takes, with `%s` for each of the parts beside it."""
        query = Query(None)
        sql, parts = query.get_compiler(DEFAULT_DB_ALIAS).compile(query.build_where(self._make()))
        return re.sub(r"\b([U-Z]\d+)\b", r"portal_\1", sql), tuple(parts)


class _On(Expression):
    """A `Condition` whose slots are filled."""

    output_field = BooleanField()

    def __init__(self, condition: Condition, values: dict):
        super().__init__()
        self.condition, self.names = condition, tuple(values)
        self.filled = [_one_level_up(value) for value in values.values()]

    def get_source_expressions(self):
        return self.filled

    def set_source_expressions(self, exprs):
        self.filled = exprs

    def as_sql(self, compiler, connection):
        asked = dict(zip(self.names, map(compiler.compile, self.filled), strict=True))
        sql, parts = self.condition.written
        filled = [asked[part.name] if isinstance(part, Slot) else ("%s", (part,)) for part in parts]
        return sql % tuple(text for text, _ in filled), [each for _, given in filled for each in given]


def _one_level_up(value) -> Expression | F:
    """What stands in a queryset itself for a reference that is written for a subquery of it."""
    if not isinstance(value, OuterRef):
        return Value(value)
    return value.name if isinstance(value.name, OuterRef) else F(value.name)


class Command:
    """SQL that changes rows, with `%(name)s` for each value."""

    def __init__(self, sql: str):
        names = re.findall(r"%\((\w+)\)s", sql)
        self._written = _Written(re.sub(r"%\(\w+\)s", "%s", sql), map(Slot, names))

    def run(self, **values) -> tuple | None:
        """Change them; the first row of what it says to return, if anything."""
        with connection.cursor() as cursor:
            self._written.run(cursor, values)
            return cursor.fetchone() if cursor.description else None


def keep_known(owner: Model, **related: list) -> None:
    """Have `owner.name.all()` give these rows, as after a prefetch; they can't be filtered any further."""
    owner.__dict__.setdefault("_prefetched_objects_cache", {}).update(related)
