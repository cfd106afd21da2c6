"""Every component on one page, with lifelike content: what docs/interface.md describes, to be looked at."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import path
from django.views import defaults

from pajotarl_portal.urls import urlpatterns as portal_urls

BRUSSELS = ZoneInfo("Europe/Brussels")
AT = datetime(2023, 8, 21, 8, 0, tzinfo=UTC)

CHALLENGES = [
    ("Armoede en basisbehoeften", ["Chadia", "John", "Cornel"]),
    ("Anderstaligen met een migratieachtergrond", ["Chadia", "Albena", "Cornel", "Saled"]),
    ("Ouders, vaak alleenstaand", ["Chadia", "Albena"]),
    ("Verslaving en psychische kwetsbaarheid", ["John", "Jeroen", "Roy"]),
    ("Medische en psychische klachten", ["Jeroen", "Anita"]),
]
SERVICES = [
    "Sociale vaardigheden",
    "Psychisch welzijn",
    "Ontwenning en nazorg",
    "Sociaal netwerk",
    "Kinderopvang",
]
NAMES = ["Oefenvereniging Noord vzw", "Oefenhuis De Brug vzw", "Oefenbuddy's Zuid vzw", "Oefenzorg Oost vzw"]


def milestone(kind, label, starts=None, until=None, reserve=(), says=""):
    zoned = [moment and moment.replace(tzinfo=BRUSSELS) for moment in (starts, until)]
    return SimpleNamespace(
        kind=kind,
        get_kind_display=lambda: label,
        starts=zoned[0],
        until=zoned[1],
        reserve=reserve,
        says=says,
        extended_until=None,
    )


MILESTONES = [
    milestone("launch", "Start", datetime(2023, 6, 23)),
    milestone("filing", "Kandidaturen", datetime(2023, 6, 23), datetime(2023, 9, 2)),
    milestone("written_review", "Lezen", datetime(2023, 9, 4), datetime(2023, 9, 9)),
    milestone(
        "pitches",
        "Pitches",
        datetime(2023, 9, 13),
        datetime(2023, 9, 14),
        [date(2023, 9, 14), date(2023, 9, 15)],
    ),
    milestone("decision", "Beslissing", None, datetime(2023, 10, 6)),
    milestone(
        "reply",
        "Wederwoord",
        None,
        datetime(2023, 10, 20),
        says="ontvangen en beoordeeld vóór 20 oktober 2023",
    ),
]


class ExampleForm(forms.Form):
    title = forms.CharField(label="Titel", max_length=120, help_text="Hoogstens 120 tekens.")
    how = forms.CharField(label="Hoe pakt u het aan?", widget=forms.Textarea(attrs={"rows": 4}))
    form = forms.ChoiceField(label="Rechtsvorm", choices=[("vzw", "vzw"), ("public", "Openbaar bestuur")])
    services = forms.MultipleChoiceField(
        label="Diensten", choices=[(s, s) for s in SERVICES], widget=forms.CheckboxSelectMultiple
    )
    attachment = forms.FileField(label="Bijlage", required=False)


def _cell(names):
    return None if names is None else {"names": names, "together": len(names)}


def gallery(request):
    cells = [[None, [], NAMES[:1], NAMES[:2], NAMES], [NAMES[:1], None, [], None, NAMES[:3]]]
    parts = [
        ("Gekozen uitdaging", 30, 30),
        ("Diensten", 20, 25),
        ("Steun in de tekst", 16, 20),
        ("Werkprincipes", 0, 10),
    ]
    return render(
        request,
        "gallery.html",
        {
            "milestones": MILESTONES,
            "at": AT,
            "challenges": CHALLENGES,
            "form": ExampleForm({"title": "", "services": ["Kinderopvang"], "form": "vzw"}),
            "columns": SERVICES,
            "rows": [
                {"label": f"{n}. {CHALLENGES[n - 1][0]}", "cells": [_cell(names) for names in row]}
                for n, row in enumerate(cells, start=1)
            ],
            "parts": [{"label": label, "points": points, "of": of} for label, points, of in parts],
            "steps": [
                {"label": "Organisatie", "url": "#organisatie", "done": True},
                {"label": "Uitdagingen", "url": "#uitdagingen", "count": "2/3", "current": True},
                {"label": "Diensten", "url": "#diensten", "count": "1/2"},
                {"label": "Nakijken en indienen", "url": "#nakijken"},
            ],
            "facts": [
                ("Referentie", "PT-2023-007"),
                ("Ontvangen op", "1 september 2023, 23u58"),
                ("Telefoon", None),
            ],
            "page": Paginator(range(60), 10).page(3),
        },
    )


def refused(request):
    raise PermissionDenied("Alleen een eigenaar nodigt collega's uit.")


def broken(request):
    return defaults.server_error(request)


def damaged(request):
    return defaults.bad_request(request, SuspiciousOperation())


urlpatterns = [
    path("galerij/", gallery),
    path("galerij/403/", refused),
    path("galerij/500/", broken),
    path("galerij/400/", damaged),
    *portal_urls,
]
