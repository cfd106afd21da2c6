from django.db import models
from django.utils.translation import gettext_lazy as _

from personas import sheets


class Persona(models.Model):
    """Somebody the challenges are about: a composed person, shared by all regions."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    sheet = models.FileField(
        _("sheet"),
        upload_to=sheets.path,
        validators=[sheets.check],
        blank=True,
        help_text=_("PDF, JPG or PNG, at most 20 MB. Everybody can download it."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.name

    @property
    def sheet_name(self) -> str:
        """What the sheet is called when somebody downloads it."""
        return f"{self.slug}.{self.sheet_kind}"

    @property
    def sheet_kind(self) -> str:
        """`pdf`, `jpg` or `png`, by the content of the sheet."""
        with self.sheet.open("rb") as file:
            return sheets.kind_of(file)
