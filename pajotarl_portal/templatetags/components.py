"""What the parts in `templates/components/` need to be drawn; docs/interface.md shows their use."""

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext

from pajotarl_portal.timeline import drawn

register = template.Library()

SIDEBAR_ROW = '<tr class="model-{1}{2}"><th scope="row" id="{0}-{1}">{3}</th><td>{4}</td></tr>'
SIDEBAR_LINK = '<a href="{}"{}>{}</a>'
ADD_LINK = '<a href="{}" class="addlink" aria-describedby="{}-{}">{}</a>'
LENGTHS = ("c0", "c1", "c2", "c3")


@register.inclusion_tag("components/timeline.html")
def timeline(milestones, at):
    """The call's calendar as a picture: `milestones` in order, `at` the portal's present moment."""
    return {"drawing": drawn(milestones, at=at)}


@register.filter
def percent_of(value, of) -> str:
    """`value` of `of` as a number between 0 and 100, written with a point for SVG."""
    share = 100 * float(value or 0) / float(of) if of else 0
    return f"{min(max(share, 0), 100):.2f}"


@register.filter
def cover(count: int) -> str:
    """The class of a cell in which `count` organisations cover the need."""
    return LENGTHS[min(count, 3)]


@register.filter
def items(texts) -> SafeString:
    """`texts` as items of a list, escaped all at once: a matrix holds thousands of names. No text of a
    database holds the character that keeps them apart."""
    return mark_safe("<li>{}</li>".format(escape("\0".join(texts)).replace("\0", "</li>\n<li>")))


@register.simple_tag
def sidebar_rows(app, path: str) -> SafeString:
    """A row per model of an app of the staff desk, as `admin/app_list.html` draws it: the sidebar stands
    on every page there, and a template takes ten times as long over it."""
    add = gettext("Add")
    rows = (_sidebar_row(app["app_label"], model, path, add) for model in app["models"])
    return format_html_join("\n", SIDEBAR_ROW, rows)


def _sidebar_row(app: str, model, path: str, add: str) -> tuple[str, ...]:
    name, title, url = model["object_name"].lower(), model["name"], model["admin_url"]
    here = bool(url) and url in path
    if url:
        title = format_html(SIDEBAR_LINK, url, mark_safe(' aria-current="page"') if here else "", title)
    link = format_html(ADD_LINK, model["add_url"], app, name, add) if model["add_url"] else ""
    return app, name, " current-model" if here else "", title, link


@register.filter
def without_placeholders(form):
    """The form with its labels only: a placeholder that repeats the label says nothing."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.simple_tag
def labelled_cells(cells, headers) -> SafeString:
    """The cells of a row of one of Django's lists, each with the head of its column in `data-label`: on a
    phone a row stands as a card and has no heads above it. The first cells tick and name the row."""
    return mark_safe("".join(map(_labelled, cells, headers)))


def _labelled(cell: SafeString, header) -> str:
    if not cell.startswith("<td") or cell.startswith('<td class="action-checkbox"'):
        return cell
    return cell.replace("<td", format_html('<td data-label="{}"', capfirst(header["text"])), 1)
