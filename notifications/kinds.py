"""The kinds of mail in the words of who looks for one in the outbox."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "accounts_confirm_address": _("Confirm an address"),
    "accounts_existing_account": _("Account exists already"),
    "accounts_invitation": _("Invitation of a colleague"),
    "accounts_login_code": _("Code to log in"),
    "accounts_reset_password": _("New password"),
    "accounts_role": _("Role at the staff desk or in the jury"),
    "accounts_security_notice": _("Something changed about an account"),
    "accounts_unknown_account": _("No account with this address"),
    "decisions_assessed": _("Reply assessed"),
    "decisions_letter": _("Letter with the decision"),
    "decisions_partnership": _("Letter about the partnership"),
    "decisions_reply_received": _("Reply received"),
    "decisions_reply_reminder": _("Reminder of the right of reply"),
    "decisions_reply_to_assess": _("Reply that waits to be assessed"),
    "jury_invitation": _("Invitation to the jury's day"),
    "jury_reminder": _("Reminder of the jury's day"),
    "pitch_invitation": _("Invitation to pitch"),
    "pitch_reminder": _("Reminder of a pitch"),
    "reviews_admissibility": _("Judged on admissibility"),
    "reviews_milestone_passed": _("Milestone passed, to staff"),
    "reviews_open": _("Reminder to readers"),
    "submissions_extension": _("Later deadline"),
    "submissions_intake_late": _("Mailed candidacy that came too late"),
    "submissions_intake_refused": _("Mail that can't be taken in"),
    "submissions_intake_registered": _("Mailed candidacy registered"),
    "submissions_intake_set_aside": _("Mail set aside"),
    "submissions_quarantine": _("Harmful file found"),
    "submissions_receipt": _("Receipt"),
    "submissions_reminder": _("Reminder to who has not filed"),
}


def said(kind: str) -> str:
    """A kind of mail as people read it; an unknown one as it is."""
    return str(LABELS.get(kind, kind))
