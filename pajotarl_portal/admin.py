"""The admin site of the VDAB staff: who may enter, and what it is called."""

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import rules
from journal import clock
from pajotarl_portal import desk
from pajotarl_portal.desk_words import DeskWords


class PortalAdminSite(admin.AdminSite):
    site_header = _("Staff desk")
    site_title = _("Staff desk")
    index_title = _("What needs you now")
    site_url = "/"

    def has_permission(self, request):
        return rules.may_enter_staff_desk(request.user)

    def _build_app_dict(self, request, label=None):
        """What Django's own gives, which has the resolver make each of sixty addresses for every page."""
        start, found = reverse("admin:index", current_app=self.name), {}
        for model, of_model in self._registry.items():
            app, name = model._meta.app_label, model._meta.model_name
            if label not in (None, app) or not of_model.has_module_permission(request):
                continue
            perms = of_model.get_model_perms(request)
            if not any(perms.values()):
                continue
            row = {
                "model": model,
                "name": capfirst(model._meta.verbose_name_plural),
                "object_name": model._meta.object_name,
                "perms": perms,
                "admin_url": None,
                "add_url": f"{start}{app}/{name}/add/" if perms["add"] else None,
            }
            if perms["change"] or perms["view"]:
                row |= {"view_only": not perms["change"], "admin_url": f"{start}{app}/{name}/"}
            found.setdefault(app, self._app(app, start))["models"].append(row)
        return found

    def _app(self, label, start):
        return {
            "name": apps.get_app_config(label).verbose_name,
            "app_label": label,
            "app_url": f"{start}{label}/",
            "has_module_perms": True,
            "models": [],
        }

    def i18n_javascript(self, request, extra_context=None):
        return DeskWords.as_view()(request)

    def index(self, request, extra_context=None):
        at = clock.now()
        desks = desk.desks_of(request.user, at=at)
        return super().index(request, {"desks": desks, "at": at, **(extra_context or {})})

    def login(self, request, extra_context=None):
        """One door for everybody: Django's own login page would let staff in without second factor."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))
