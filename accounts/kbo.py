"""The number of an organisation in the Belgian register of enterprises (KBO)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.be import vat


def clean_kbo_number(typed: str) -> str:
    """The ten digits of an enterprise number, however it was punctuated.

    Raises ValidationError with what is wrong and how to mend it. The first digit is 0 or 1 and the
    last two are 97 minus the remainder of the first eight by 97: 01 to 97, so never 00, 98 or 99,
    which python-stdnum lets pass. Source: KBO, structure of the enterprise number.
    """
    number = _compact(typed)
    if re.fullmatch(r"[2-8][0-9]{9}", number):
        raise ValidationError(_establishment(), code="establishment")
    if not re.fullmatch(r"[0-9]{10}", number):
        raise ValidationError(_malformed(), code="malformed")
    if not _is_sound(number):
        raise ValidationError(_unsound(), code="check_digits")
    return number


def _compact(typed: str) -> str:
    """Without punctuation and country; a number of before 2005 has nine digits and gets its zero."""
    number = re.sub(r"[^0-9A-Z]", "", typed.upper()).removeprefix("BE")
    return f"0{number}" if re.fullmatch(r"[1-9][0-9]{8}", number) else number


def _is_sound(number: str) -> bool:
    return vat.is_valid(number) and int(number[-2:]) == 97 - int(number[:-2]) % 97


def _establishment() -> str:
    return _(
        "This is an establishment number: those start with 2 to 8. "
        "Enter the enterprise number of the organisation itself; it starts with 0 or 1."
    )


def _malformed() -> str:
    return _(
        "A KBO number has ten digits and starts with 0 or 1, such as 0900.000.147. "
        "You find it on an invoice, in the statutes or on kbopub.economie.fgov.be."
    )


def _unsound() -> str:
    return _(
        "The check digits of this KBO number do not match: a digit was mistyped. "
        "Compare it digit by digit with an invoice or the statutes."
    )


def written_kbo_number(number: str | None) -> str:
    """`0900.000.147`, as people write it; empty for an organisation without a number."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if number else ""
