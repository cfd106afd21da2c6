from django.db import models
from django.utils.translation import gettext_lazy as _


class Persona(models.Model):
    """Somebody the challenges are about: a composed person, shared by all regions."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    sheet = models.FileField(_("sheet"), upload_to="personas/", blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.name
