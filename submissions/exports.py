"""Lists of filed proposals for a spreadsheet; what starts like a formula is kept as plain text."""

import csv
import io

from django.http import HttpResponse
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def rows_of(versions) -> list[list]:
    """A head row and one row per version, from what was frozen: the draft may say something else."""
    return [_head(), *(_row(version) for version in versions)]


def _head() -> list[str]:
    return [
        _("Reference"),
        _("Version"),
        _("Received"),
        _("Status"),
        _("Organisation"),
        _("KBO number"),
        _("City"),
        _("Title"),
        _("Challenges"),
        _("Service types"),
        _("Municipalities"),
        _("Budget per year (euro)"),
        _("Clients per year"),
        _("Contact"),
        _("E-mail"),
    ]


def _row(version) -> list:
    content, proposal = version.content, version.proposal
    organisation, contact = content["organisation"], content["contact"]
    return [
        proposal.reference,
        version.number,
        version.received_at.astimezone(proposal.call.zone).isoformat(timespec="seconds"),
        proposal.get_status_display(),
        organisation["name"],
        organisation["kbo_number"],
        organisation["city"],
        content["title"],
        ", ".join(str(row["number"]) for row in content["challenges"]),
        ", ".join(row["slug"] for row in content["service_types"]),
        ", ".join(content["municipalities"]),
        content["budget_eur_per_year"],
        content["clients_per_year"],
        contact["name"],
        contact["email"],
    ]


def harmless(value):
    """`value` as a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def as_csv(rows) -> bytes:
    """UTF-8 with a mark, and semicolons: what a Belgian spreadsheet opens without questions."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([harmless(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows) -> bytes:
    # Here and not above: few commands and requests export, and this library loads slowly.
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([harmless(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


FORMATS = {"csv": ("text/csv; charset=utf-8", as_csv), "xlsx": (XLSX, as_xlsx)}


def download(versions, *, format: str) -> HttpResponse:
    """The export as a file; `format` is a key of FORMATS."""
    media_type, write = FORMATS[format]
    response = HttpResponse(write(rows_of(versions)), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{_("candidacies")}.{format}"'
    return response
