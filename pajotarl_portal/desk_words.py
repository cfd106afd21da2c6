"""The words of Django's own scripts at the staff desk that its Dutch catalogue lacks."""

from django.utils.translation import gettext as _
from django.views.i18n import JavaScriptCatalog


class DeskWords(JavaScriptCatalog):
    """Django's catalogue for the scripts of the admin, completed from ours."""

    packages = ("django.contrib.admin",)

    def get_catalog(self) -> dict:
        ours = {
            'Choose %s by selecting them and then select the "Choose" arrow button.': _(
                'Choose %s by selecting them and then select the "Choose" arrow button.'
            ),
            'Remove %s by selecting them and then select the "Remove" arrow button.': _(
                'Remove %s by selecting them and then select the "Remove" arrow button.'
            ),
            "Choose all %s": _("Choose all %s"),
            "Choose selected %s": _("Choose selected %s"),
            "Remove selected %s": _("Remove selected %s"),
            "Remove all %s": _("Remove all %s"),
            "(click to clear)": _("(click to clear)"),
        }
        return super().get_catalog() | ours
