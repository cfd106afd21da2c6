"""Form fields that keep what was typed: counted as people see it, without invisible marks, never cut off."""

import re

from django import forms
from django.utils.html import format_html
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but line ends and tabs
THOUSANDS = re.compile(r"\d{1,3}([. \u00a0]\d{3})+")


def readable(text: str) -> str:
    """`text` with single line ends and without control characters, which nobody typed on purpose."""
    return CONTROLS.sub("", normalize_newlines(text))


class Line(forms.CharField):
    def __init__(self, **options):
        super().__init__(**{"required": False, **options})

    def to_python(self, value):
        return super().to_python(readable(value) if isinstance(value, str) else value)


class Text(Line):
    """A text of several lines with a counter; too long is told, because `maxlength` would cut a paste off."""

    widget = forms.Textarea

    def __init__(self, *, rows: int, max_length: int, help_text="", **options):
        super().__init__(max_length=max_length, **options)
        self.rows, self.lead = rows, help_text
        self.error_messages["max_length"] = _(
            "This is %(show_value)s characters long; at most %(limit_value)s fit. Shorten it."
        )

    def widget_attrs(self, widget):
        return {}

    def counted(self, name: str) -> None:
        """Tie the counter to the field once its name is known."""
        counter, most = f"count-{name}", f"{self.max_length:,}".replace(",", ".")
        self.widget.attrs |= {
            "rows": self.rows,
            "data-count": f"#{counter}",
            "data-limit": self.max_length,
        }
        self.help_text = format_html(
            '{} <span class="counter scripted"><span id="{}">0</span> {}</span><noscript>{}</noscript>',
            self.lead,
            counter,
            _("of %(limit)s characters") % {"limit": most},
            _("At most %(limit)s characters.") % {"limit": most},
        )


class Amount(forms.IntegerField):
    """A whole number above nothing; spaces and points between thousands are how people write it."""

    def __init__(self, **options):
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(
            **{"required": False, "min_value": 1, "max_value": 2_147_483_647, "widget": widget, **options}
        )
        self.error_messages["invalid"] = _("Write a whole number, in digits only.")
        self.error_messages["min_value"] = _("Write a number above 0.")

    def to_python(self, value):
        if isinstance(value, str):
            value = value.replace("€", "").strip()
            if THOUSANDS.fullmatch(value):
                value = re.sub(r"\D", "", value)
        return super().to_python(value)
