"""What no single part can see: doubles, and names that lead nowhere.

Works on the raw tree and skips what has the wrong shape, so that these problems are reported
together with those of the schema.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from challenges.call_file.problems import Problem, place_of

UNIQUE = [
    (("personas",), "slug"),
    (("service_types",), "slug"),
    (("working_principles",), "slug"),
    (("priority_expertise",), "slug"),
    (("challenges",), "number"),
    (("milestones",), "kind"),
    (("region", "municipalities"), "nis"),
    (("region", "municipalities"), "name"),
]


def problems(tree: dict, *, successors: dict[str, str]) -> Iterator[Problem]:
    """Problems between the parts of `tree`; `successors` tells by NIS code into which
    municipality another one merged."""
    for path, key in UNIQUE:
        yield from _doubles(tree, path, key)
    yield from _double_contacts(tree)
    yield from _unknown_personas(tree)
    yield from _unknown_services(tree)
    yield from _unknown_mergers(tree, successors)
    yield from _no_deadline(tree)


def _items(tree, path) -> Iterator[tuple[tuple, dict]]:
    """The mappings in the list at `path`, each with its own path."""
    for step in path:
        tree = tree.get(step) if isinstance(tree, dict) else None
    for index, item in enumerate(tree if isinstance(tree, list) else []):
        if isinstance(item, dict):
            yield (*path, index), item


def _values(tree, path, key) -> Iterator[tuple[tuple, str | int]]:
    for place, item in _items(tree, path):
        if isinstance(value := item.get(key), str | int):
            yield (*place, key), value


def _doubles(tree, path, key) -> Iterator[Problem]:
    seen = {}
    for place, value in _values(tree, path, key):
        if value in seen:
            yield _double(place, value, first=seen[value])
        seen.setdefault(value, place)


def _double(place, value, *, first) -> Problem:
    return Problem(
        place_of(place),
        _("“%(value)s” stands there twice; the first is %(first)s.")
        % {"value": value, "first": place_of(first)},
        _("Change or remove one of the two."),
    )


def _double_contacts(tree) -> Iterator[Problem]:
    seen = {}
    for place, item in _items(tree, ("contacts",)):
        key = str(item.get("role")), str(item.get("email"))
        if key in seen:
            yield _double((*place, "email"), key[1], first=(*seen[key], "email"))
        seen.setdefault(key, place)


def _unknown_personas(tree) -> Iterator[Problem]:
    known = {slug for _place, slug in _values(tree, ("personas",), "slug")}
    for place, challenge in _items(tree, ("challenges",)):
        named = challenge.get("personas")
        for index, slug in enumerate(named if isinstance(named, list) else []):
            if isinstance(slug, str) and slug not in known:
                yield _unknown((*place, "personas", index), slug, where="personas")
            elif slug in named[:index]:
                yield _double((*place, "personas", index), slug, first=(*place, "personas"))


def _unknown_services(tree) -> Iterator[Problem]:
    known = {slug for _place, slug in _values(tree, ("service_types",), "slug")}
    for place, challenge in _items(tree, ("challenges",)):
        named = challenge.get("service_types")
        for slug in named if isinstance(named, dict) else []:
            if slug not in known:
                yield _unknown((*place, "service_types", slug), slug, where="service_types")


def _unknown(place, slug, *, where) -> Problem:
    return Problem(
        place_of(place),
        _("“%(slug)s” is not in the list %(where)s.") % {"slug": slug, "where": where},
        _("Check the spelling, or add it to %s.") % where,
    )


def _unknown_mergers(tree, successors) -> Iterator[Problem]:
    for place, item in _items(tree, ("region", "municipalities")):
        into = item.get("merged_into")
        if isinstance(into, str) and successors.get(str(item.get("nis"))) != into:
            yield Problem(
                place_of((*place, "merged_into")),
                _("No merger into “%s” is known for this municipality.") % into,
                _("Check both NIS codes, or add the merger to data/municipal-mergers.yaml."),
            )


def _no_deadline(tree) -> Iterator[Problem]:
    milestones = [item for _place, item in _items(tree, ("milestones",))]
    if milestones and not any(item.get("kind") == "filing" and item.get("until") for item in milestones):
        yield Problem(
            "milestones",
            _("No deadline for candidacies."),
            _("Add a milestone of kind “filing” with “until”."),
        )
