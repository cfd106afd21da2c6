"""The staff desk's door for candidacies that come by e-mail; the pages themselves stand in `desk`."""

from django.contrib import admin
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from accounts.admin_scope import CallScopedAdmin
from accounts.rules import is_coordinator
from journal.templatetags.moments import short_moment
from submissions.intake import desk, queries
from submissions.intake.opening import MAX_MESSAGE
from submissions.uploads import LimitedUpload


class IntakeAdmin(CallScopedAdmin):
    list_display = ["what", "sender", "arrived", "state", "organisation"]
    list_filter = ["state", ("call", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["sender", "sender_name", "subject", "proposal__organisation__name"]
    actions = None

    def get_queryset(self, request):
        return queries.intakes_of(request.user)

    def has_module_permission(self, request):
        return is_coordinator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_coordinator(request.user, call=obj and obj.call)

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        base = "submissions_intake"
        steps = {
            "register": desk.register,
            "late": desk.late,
            "reopen": desk.reopen,
            "set_aside": desk.set_aside,
            "section": desk.section,
            "file": desk.file,
            "message": desk.message,
        }
        addresses = {
            "register": "<uuid:pk>/registreren/",
            "late": "<uuid:pk>/te-laat/",
            "reopen": "<uuid:pk>/opnieuw/",
            "set_aside": "<uuid:pk>/opzij/",
            "section": "<uuid:pk>/deel/<slug:slug>/",
            "file": "<uuid:pk>/indienen/",
            "message": "<uuid:pk>/bericht/",
        }
        own = [path(addresses[name], self._door(view), name=f"{base}_{name}") for name, view in steps.items()]
        return [path("add/", self._upload_door(), name=f"{base}_add"), *own, *super().get_urls()]

    def _door(self, view):
        """`view(request, intake, context, ...)` for coordinators of its call; for others it is not there."""

        def opened(request, pk, **arguments):
            intake = queries.intakes_of(request.user).filter(pk=pk).first()
            if intake is None:
                raise Http404
            return view(request, intake, self._context(request), **arguments)

        return self.admin_site.admin_view(opened)

    def _upload_door(self):
        """The upload handler must stand before anything reads the form, the CSRF check too."""
        guarded = self.admin_site.admin_view(self.add_view)

        def door(request):
            request.upload_too_large = False
            if request.method == "POST":
                request.upload_handlers = [LimitedUpload(request, most=MAX_MESSAGE)]
            return guarded(request)

        return csrf_exempt(door)

    def _context(self, request) -> dict:
        site = self.admin_site.each_context(request) | {"is_nav_sidebar_enabled": False}
        return {**site, "opts": self.opts}

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise Http404
        return desk.take(request, self._context(request))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        intake = self.get_object(request, object_id)
        if intake is None:
            raise Http404
        return desk.page(request, intake, self._context(request))

    @admin.display(description=_("subject"), ordering="subject")
    def what(self, obj):
        return str(obj)

    @admin.display(description=_("arrived"), ordering="arrived_at")
    def arrived(self, obj):
        return short_moment(obj.arrived_at)

    @admin.display(description=_("organisation"), ordering="proposal__organisation__name")
    def organisation(self, obj):
        return obj.proposal.organisation if obj.proposal else "–"
