from django.utils.functional import SimpleLazyObject

from accounts.acting import acting_for


def acting(request):
    """For whom the person acts; asked of the database only by pages that show it."""
    return {"acting": SimpleLazyObject(lambda: acting_for(request))}
