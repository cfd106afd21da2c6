"""Reading the portal's settings from environment variables, refusing a wrong one in one plain line."""

import re
from ipaddress import ip_network
from pathlib import Path

import environ

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
LINE = re.compile(r"\s*(#.*|(export\s+)?[A-Za-z_][A-Za-z0-9_]*=.*)?")
MANUAL = "docs/configuration.md lists every setting."


def refuse(problem: str):
    raise SystemExit(f"The portal does not start: {problem} {MANUAL}")


def read_file(path: Path):
    """Add what `.env` says to the environment; what already stands there wins."""
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        refuse(f"{path} cannot be read ({problem}).")
    for number, line in enumerate(lines, start=1):
        if not LINE.fullmatch(line):
            refuse(
                f"line {number} of {path} is not NAME=value: {line.strip()!r}. Mend it or put # before it."
            )
    environ.Env.read_env(path)


def broker_url(redis_url: str) -> str:
    """The same Redis as Celery writes it: another name for a unix socket and its database."""
    return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


class Environment(environ.Env):
    """`environ.Env` whose complaints name the variable and the mend."""

    def required(self, name: str, *, unless: bool, default: str, mend: str) -> str:
        """The value of `name`; in practice mode (`unless`) `default` will do."""
        value = self.str(name, default="")
        if not value and not unless:
            refuse(f"{name} is missing. {mend}")
        return value or default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.str(name, default="1" if default else "0").strip().lower()
        if value not in TRUE | FALSE:
            refuse(f"{name} is {value!r}: write 1 for on or 0 for off.")
        return value in TRUE

    def whole(self, name: str, *, default: int) -> int:
        return self._number(name, int, default, "a whole number")

    def decimal(self, name: str, *, default: float) -> float:
        return self._number(name, float, default, "a number")

    def _number(self, name, kind, default, wanted):
        value = self.str(name, default="") or default
        try:
            return kind(value)
        except ValueError:
            refuse(f"{name} is {value!r}: write {wanted}, such as {default}.")

    def choice(self, name: str, *, options: tuple[str, ...], default: str) -> str:
        value = self.str(name, default="") or default
        if value not in options:
            refuse(f"{name} is {value!r}: write {', '.join(options[:-1])} or {options[-1]}.")
        return value

    def networks(self, name: str) -> list[str]:
        """Addresses or networks, with commas between them."""
        values = [value.strip() for value in self.list(name, default=[]) if value.strip()]
        for value in values:
            try:
                ip_network(value)
            except ValueError:
                refuse(f"{name} holds {value!r}: write addresses or networks such as 10.0.0.0/8.")
        return values

    def mailboxes(self, name: str) -> list[str]:
        """IMAP addresses with spaces between them, each naming the call whose mailbox it is."""
        values = self.str(name, default="").split()
        for value in values:
            if not re.fullmatch(r"imaps?://[^/@\s]+:[^/@\s]+@[^/\s]+/[^?]*\?call=[\w-]+", value):
                refuse(f"{name} must read imaps://user:password@host/INBOX?call=slug-of-the-call.")
        return values

    def address(self, name: str, *, schemes: tuple[str, ...], default: str) -> str:
        """A URL with one of `schemes`; an empty one counts as unset."""
        value = self.str(name, default="") or default
        if value.partition("://")[0] not in schemes:
            refuse(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
        return value

    def daemon(self, name: str) -> str:
        """Where a daemon of this network listens: a path, unix:///path or tcp://host:port; "" without one."""
        value = self.str(name, default="").strip()
        if value.startswith("/"):
            value = f"unix://{value}"
        if value and not re.fullmatch(r"unix:///\S+|tcp://[^/\s:]+:\d{1,5}", value):
            refuse(f"{name} is {value!r}: write /path/to/socket, unix:///path/to/socket or tcp://host:3310.")
        return value
