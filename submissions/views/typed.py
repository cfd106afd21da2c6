"""Text posted after a session expired: kept beside the new session until its writer has logged in again."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse

KEPT = "typed_before_login"
MOST = 100_000


def wants_json(request) -> bool:
    return request.headers.get("Accept") == "application/json"


def keeps_typed_text(view):
    """Before `login_required`: who posts without a session logs in first and finds the text back."""

    @wraps(view)
    def keeping(request, *args, **kwargs):
        if request.user.is_authenticated or request.method != "POST":
            return view(request, *args, **kwargs)
        if wants_json(request):
            return JsonResponse({"login": True}, status=401)
        typed = {name: request.POST.getlist(name) for name in request.POST}
        if sum(len(value) for values in typed.values() for value in values) <= MOST:
            request.session[KEPT] = {"path": request.path, "typed": typed}
        return redirect_to_login(request.path)

    return keeping


def take_typed_text(request) -> dict | None:
    """What was typed for this page before logging in, once."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    return kept["typed"]
