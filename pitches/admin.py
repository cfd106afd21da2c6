"""Pitch days in the staff desk: for the coordinators of the region."""

import re

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import CallScopedAdmin, CallScopedInline
from accounts.rules import is_coordinator
from pitches import actions, desk, queries, wording
from pitches.errors import Refused
from pitches.models import PitchDay, Room, Timetable, Unavailability


class CoordinatorsOnly(CallScopedAdmin):
    """A timetable names every organisation that pitches: readers have no business here."""

    def has_module_permission(self, request):
        return is_coordinator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_coordinator(request.user, call=obj and self.call_of(obj))


class DayInline(CallScopedInline, admin.TabularInline):
    model = PitchDay
    fields = ["date", "opens", "closes", "reserve"]
    extra = 0


class RoomFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Two names that differ only in capitals or punctuation are one room."""
        super().clean()
        kept = [
            form for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data")
        ]
        names = [form.cleaned_data.get("name", "") for form in kept]
        keys = [" ".join(re.findall(r"\w+", name.lower())) for name in names if name]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Two of these rooms have the same name. Give each its own."))


class RoomInline(CallScopedInline, admin.TabularInline):
    model = Room
    formset = RoomFormSet
    fields = ["name", "position"]
    extra = 0


@admin.register(Timetable)
class TimetableAdmin(CoordinatorsOnly):
    nothing_yet = _("Add one when you know who is invited: days, rooms and the length of a pitch.")
    list_display = ["call", "placed", "waiting", "outcome", "released_at", "draft_link"]
    list_select_related = ["call"]
    inlines = [DayInline, RoomInline]
    change_form_template = "admin/pitches/timetable_form.html"
    fieldsets = [
        (None, {"fields": ["call", "place", "neighbours"]}),
        (_("Jury"), {"fields": ["chair", "deputy"]}),
        (
            _("Every pitch"),
            {"fields": ["pitch_minutes", "question_minutes", "pause_minutes", "quorum", "travel_minutes"]},
        ),
    ]

    def get_queryset(self, request):
        return queries.timetables_for(request.user)

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": ["call"]})]

    def get_readonly_fields(self, request, obj=None):
        return ["call", "neighbours"] if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, **kwargs):
        """The jury of this call is offered as chair and deputy, and nobody else."""
        form = super().get_form(request, obj, **kwargs)
        for name in {"chair", "deputy"} & form.base_fields.keys():
            form.base_fields[name].queryset = queries.jurors_of(obj.call)
            form.base_fields[name].widget.can_add_related = False
            form.base_fields[name].widget.can_change_related = False
            form.base_fields[name].widget.can_view_related = False
        if "place" in form.base_fields:
            form.base_fields["place"].widget.attrs |= {"list": "known-places", "class": "vLargeTextField"}
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """An address, a room or a journey that clashes with another call is refused in words."""
        known = {"known_places": queries.known_places()}
        try:
            return super().changeform_view(request, object_id, form_url, known | (extra_context or {}))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)

    @admin.display(description=_("Other calls in this building"))
    def neighbours(self, timetable):
        """So that a coordinator sees which rooms are shared, and whether the address was understood."""
        found = [
            f"{other.call} ({', '.join(room.name for room in other.rooms.all())})"
            for other in queries.neighbours_of(timetable)
        ]
        return "; ".join(found) or _("None with exactly this address.")

    @admin.display(description=_("placed"), ordering="placed")
    def placed(self, timetable):
        return timetable.placed

    @admin.display(description=_("without a place"), ordering="waiting")
    def waiting(self, timetable):
        return timetable.waiting

    @admin.display(description=_("last search"))
    def outcome(self, timetable):
        return wording.proof_in_words(timetable.status, timetable.gap or 0) if timetable.status else "–"

    @admin.display(description=_("timetable"))
    def draft_link(self, timetable):
        url = reverse("admin:pitches_draft", args=[timetable.pk])
        return format_html('<a href="{}">{}</a>', url, _("Open the timetable"))

    def save_model(self, request, timetable, form, change):
        """A new timetable starts from the call's milestone, like the one the scheduler makes."""
        if change:
            actions.settle_timetable(timetable=timetable, by=request.user, changed=form.changed_data)
        else:
            timetable.pk = actions.prepare_timetable(call=timetable.call, by=request.user).pk

    def save_related(self, request, form, formsets, change):
        actions.book(lambda: super(TimetableAdmin, self).save_related(request, form, formsets, change))
        changed = [formset.prefix for formset in formsets if formset.has_changed()]
        if changed:
            actions.settle_timetable(timetable=form.instance, by=request.user, changed=changed)

    def get_urls(self):
        return [
            path("<int:pk>/rooster/", self._page(desk.draft), name="pitches_draft"),
            path("<int:pk>/plannen/", self._door(desk.schedule), name="pitches_schedule"),
            path("<int:pk>/bekendmaken/", self._page(desk.release), name="pitches_release"),
            path("pitch/<int:pk>/verplaatsen/", self._page(desk.move), name="pitches_move"),
            path("pitch/<int:pk>/proberen/", self._door(desk.try_move), name="pitches_try"),
            path("pitch/<int:pk>/wegnemen/", self._door(desk.take_out), name="pitches_take_out"),
            path("pitch/<int:pk>/vrijgeven/", self._door(desk.free), name="pitches_free"),
            *super().get_urls(),
        ]

    def _page(self, view):
        def page(request, pk):
            context = {**self.admin_site.each_context(request), "opts": self.opts}
            return view(request, pk, context=context)

        return self.admin_site.admin_view(page)

    def _door(self, view):
        return self.admin_site.admin_view(view)


class UnavailabilityForm(forms.ModelForm):
    """Hours as two moments; one party, a juror or an organisation."""

    start = forms.SplitDateTimeField(label=_("From"), widget=admin.widgets.AdminSplitDateTime)
    end = forms.SplitDateTimeField(label=_("Until"), widget=admin.widgets.AdminSplitDateTime)

    class Meta:
        model = Unavailability
        fields = ["call", "juror", "organisation", "rather_not", "reason"]

    def clean(self):
        given = super().clean()
        if bool(given.get("juror")) == bool(given.get("organisation")):
            self.add_error("juror", _("Choose a jury member or an organisation: one of both."))
        if given.get("juror") and given.get("rather_not"):
            self.add_error("rather_not", _("Only organisations can say that they would rather not."))
        if given.get("start") and given.get("end") and given["end"] <= given["start"]:
            self.add_error("end", _("The end lies before the start. Give a later moment."))
        return given


@admin.register(Unavailability)
class UnavailabilityAdmin(CoordinatorsOnly):
    nothing_yet = _("Jury members enter the hours they cannot come themselves; you can do it for them here.")
    form = UnavailabilityForm
    list_display = ["who", "during", "rather_not", "reason", "call"]
    list_filter = [("call", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["juror", "organisation", "call"]
    search_fields = ["juror__email", "organisation__name"]
    fields = ["call", "juror", "organisation", "start", "end", "rather_not", "reason"]

    @admin.display(description=_("who"))
    def who(self, unavailability):
        return unavailability.juror or unavailability.organisation

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("juror", "organisation"):
            kwargs["queryset"] = queries.parties_of(request.user, kind=db_field.name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return is_coordinator(request.user, call=obj and obj.call)

    def save_model(self, request, unavailability, form, change):
        given = form.cleaned_data
        said = {
            name: given[name]
            for name in ("call", "juror", "organisation", "start", "end", "rather_not", "reason")
        }
        declared = actions.declare_unavailability(by=request.user, **said)
        unavailability.pk, unavailability.during = declared.pk, declared.during

    def delete_model(self, request, unavailability):
        actions.withdraw_unavailability(unavailability=unavailability, by=request.user)

    def delete_queryset(self, request, queryset):
        for unavailability in queryset:
            actions.withdraw_unavailability(unavailability=unavailability, by=request.user)
