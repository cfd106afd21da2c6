"""The outbox for staff: what waits, what was sent, what failed and why."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.rules import may_enter_staff_desk
from journal.templatetags.moments import compact_moment
from notifications import actions, queries, rules
from notifications.kinds import said
from notifications.models import BouncedAddress, Message


class ReadOnly:
    """Staff look; what changes, changes by an action."""

    def has_module_permission(self, request):
        return may_enter_staff_desk(request.user)

    def has_view_permission(self, request, obj=None):
        return may_enter_staff_desk(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        kinds = queries.outbox_of(request.user).order_by("kind").values_list("kind", flat=True).distinct()
        return sorted(((kind, said(kind)) for kind in kinds), key=lambda choice: choice[1])

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    many = _("messages")
    list_display = ["subject", "recipient", "state", "made"]
    list_filter = ["status", KindFilter, "call"]
    search_fields = ["recipient", "subject"]
    list_select_related = ["call"]
    date_hierarchy = "created_at"
    actions = ["resend"]
    fields = [
        ("subject", "recipient"),
        ("what", "status"),
        ("call", "organisation"),
        ("created_at", "sent_at", "useful_until"),
        ("attempts", "retry_at", "last_error"),
    ]
    readonly_fields = ["what", *(field.name for field in Message._meta.fields)]

    @admin.display(description=_("kind"))
    def what(self, message):
        return said(message.kind)

    @admin.display(description=_("status"), ordering="status")
    def state(self, message):
        """With when it went, or why it did not."""
        more = message.last_error or compact_moment(message.sent_at)
        return ": ".join(filter(None, [message.get_status_display(), more]))

    @admin.display(description=_("created (Brussels time)"), ordering="created_at")
    def made(self, message):
        return compact_moment(message.created_at)

    def get_queryset(self, request):
        return queries.outbox_of(request.user)

    def has_resend_permission(self, request):
        return may_enter_staff_desk(request.user)

    @admin.action(description=_("Send again what failed or came back"), permissions=["resend"])
    def resend(self, request, queryset):
        failed = [
            m for m in queryset.filter(status__in=rules.RESENDABLE) if rules.may_resend(request.user, m)
        ]
        for message in failed:
            actions.resend_message(message, by=request.user)
        said = ngettext(
            "%(count)d message goes out again.", "%(count)d messages go out again.", len(failed)
        ) % {"count": len(failed)}
        self.message_user(request, said, messages.SUCCESS if failed else messages.WARNING)


@admin.register(BouncedAddress)
class BouncedAddressAdmin(ReadOnly, admin.ModelAdmin):
    nothing_yet = _("No mail came back.")
    list_display = ["address", "reason", "at"]
    search_fields = ["address"]
    fields = ["address", "reason", "at", "message"]

    def get_queryset(self, request):
        return queries.bounced_addresses_of(request.user)
