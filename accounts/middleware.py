"""What holds for every page of a person who is logged in: their language, and their second factor."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from accounts import rules, second_factor

WITHOUT_SECOND_FACTOR = {"accounts:second_factor", "set_language", "healthz"}


class LanguageOfPersonMiddleware:
    """Speak the language that a person chose in their profile, whatever their browser prefers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class SecondFactorMiddleware:
    """Keep staff and jury out of every page until this session gave their second factor.

    Only the pages to log in and to set the factor up stay open. This also stops a session that was
    opened with a stolen password before the factor existed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if _is_open(request.resolver_match.view_name or "") or not rules.needs_second_factor(request.user):
            return None
        if second_factor.has_passed(request):
            return None
        wanted = request.get_full_path() if request.method == "GET" else "/"
        return redirect(f"{reverse('accounts:second_factor')}?{urlencode({'next': wanted})}")


def _is_open(name: str) -> bool:
    return name in WITHOUT_SECOND_FACTOR or name.startswith(("account_", "mfa_"))
