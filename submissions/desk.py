"""The pages of the deadline cockpit: how the drafts stand, and one reminder with its preview."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.queries import refusing
from submissions import cockpit, reminding, rules


def overview(request, call, *, context):
    """Every organisation by how far it is, with the form that chooses whom to remind."""
    rows = cockpit.rows_of(call, at=request.received_at, user=request.user)
    groups = [(group, [row for row in rows if row.group == group]) for group in cockpit.GROUPS]
    filing = rules.filing_of(call)
    deadline = rules.deadline_of(call=call, organisation_id=None)
    context |= {
        "title": _("Deadline cockpit"),
        "call": call,
        "groups": groups,
        "remindable": cockpit.REMINDABLE,
        "can_remind": any(
            row.group in cockpit.REMINDABLE and row.deadline and request.received_at < row.deadline
            for row in rows
        ),
        "is_over": bool(deadline) and request.received_at >= deadline,
        "deadline": deadline,
        "filing": filing,
        "total": len(rows),
    }
    return render(request, "admin/submissions/cockpit.html", context)


def remind(request, call, *, context):
    """Who would get what, and, when that was seen and nothing changed since, send it."""
    wanted = (request.POST if request.method == "POST" else request.GET).getlist("groep")
    groups = [group for group in cockpit.REMINDABLE if group.slug in wanted]
    plan = cockpit.plan(call, groups=groups, at=request.received_at)
    if request.method == "POST":
        if request.POST.get("seal") == plan.seal:
            return _send(request, call, groups)
        messages.warning(request, _("Something changed since you looked: read the list again, then send."))
    refused = refusing({address for letter in plan.letters for address in letter.addresses})
    context |= {"title": _("Remind"), "call": call, "plan": plan, "groups": groups, "refusing": refused}
    return render(request, "admin/submissions/remind.html", context)


def _send(request, call, groups):
    count = reminding.remind_now(call=call, groups=groups, by=request.user, at=request.received_at)
    said = ngettext("%(count)s reminder goes out.", "%(count)s reminders go out.", count)
    messages.success(request, said % {"count": count})
    return redirect("admin:submissions_cockpit", call.slug)
