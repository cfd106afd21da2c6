"""YAML bytes to plain dictionaries and lists; dates stay text, so that the schema judges them."""

from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from challenges.call_file.problems import refuse, why_unreadable

MAX_BYTES = 256_000
MAX_DEPTH = 12


class PlainLoader(yaml.SafeLoader):
    """Safe YAML without what makes it surprising: aliases, doubled keys, deep nesting, dates."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    depth = 0

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(
                problem=_("aliases and anchors are not allowed"), problem_mark=event.start_mark
            )
        if self.depth >= MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem=_("nested too deeply"), problem_mark=event.start_mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _value in node.value:
            if key.value in seen if isinstance(key, yaml.ScalarNode) else True:
                raise yaml.MarkedYAMLError(
                    problem=_("a key stands there twice, or is not plain text"), problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read(path: Path) -> dict:
    """The tree of the YAML file at `path`. Raises CallRefused for what is not a readable YAML mapping."""
    return tree_of(_bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        said = _("The file cannot be read: %s.") % why_unreadable(error)
        refuse(said, _("Check the path and the permissions."))
    if len(content) > MAX_BYTES:
        refuse(
            _("The file is larger than %s kB.") % (MAX_BYTES // 1000),
            _("A call needs far less; check whether this is the right file."),
        )
    return content


def tree_of(content: bytes) -> dict:
    """The tree of YAML `content`. Raises CallRefused."""
    try:
        tree = yaml.load(content.decode("utf-8-sig"), Loader=PlainLoader)
    except UnicodeDecodeError:
        refuse(_("The file is not UTF-8 text."), _("Save it as a text file with encoding UTF-8."))
    except (yaml.YAMLError, ValueError) as error:
        refuse(
            _("This is not YAML that can be read: %s.") % _reason(error),
            _("Mend the line that is named."),
            place=_line(error),
        )
    if not isinstance(tree, dict):
        refuse(
            _("The file is empty, or is not a block of keys and values."),
            _("Start from data/pajotarl-2023.yaml; docs/data.md tells what belongs there."),
        )
    return tree


def _reason(error) -> str:
    return getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)


def _line(error) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "document"
