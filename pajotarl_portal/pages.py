"""The doors that belong to no single room: the desk each person lands on, and the state of the machine."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import path

from accounts import queries, rules


@login_required
def desk(request):
    """After logging in: staff to the admin, jury to their call, partners to their organisation."""
    if rules.may_enter_staff_desk(request.user):
        return redirect("admin:index")
    if queries.calls_of_jury(request.user).exists():
        return redirect("pitches:jury")
    return redirect("submissions:mine")


urlpatterns = [path("bureau/", desk, name="desk")]
