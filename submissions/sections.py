"""The parts in which a proposal is written: each is a set of keys of the proposal document."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """`slug` stands in the address, `keys` are the answers it holds."""

    slug: str
    title: str | Promise
    keys: tuple[str, ...]

    def __hash__(self):
        # Not of the title: it reads otherwise in another language.
        return hash(self.slug)


CONTACT = Section("organisatie", _("Organisation and contact"), ("contact",))
SUMMARY = Section("samenvatting", _("Title and summary"), ("title", "summary"))
CHALLENGES = Section("uitdagingen", _("Challenges"), ("challenges",))
SERVICES = Section("diensten", _("Service types"), ("service_types",))
MUNICIPALITIES = Section("gemeenten", _("Municipalities"), ("municipalities",))
PRINCIPLES = Section("werkprincipes", _("Working principles"), ("working_principles",))
EXPERTISE = Section("expertise", _("Priority expertise"), ("priority_expertise",))
APPROACH = Section("aanpak", _("Approach and experience"), ("approach", "experience"))
BUDGET = Section("budget", _("Budget and clients"), ("budget_eur_per_year", "clients_per_year"))
ATTACHMENTS = Section("bijlagen", _("Attachments"), ())

WRITTEN = (
    CONTACT,
    SUMMARY,
    CHALLENGES,
    SERVICES,
    MUNICIPALITIES,
    PRINCIPLES,
    EXPERTISE,
    APPROACH,
    BUDGET,
)
SECTIONS = (*WRITTEN, ATTACHMENTS)
BY_SLUG = {section.slug: section for section in SECTIONS}
OPTIONAL = (PRINCIPLES, EXPERTISE, ATTACHMENTS)
