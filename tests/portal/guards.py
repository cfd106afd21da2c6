"""Every route of the portal and whom it lets in. A route that is missing here fails the test.

A line is name: (method, who comes in, arguments). Everybody else gets 404, or the login page while
nobody is logged in. Arguments name things of the world in `world.py`.
"""

PEOPLE = ("anonymous", "partner", "other", "reviewer", "coordinator", "jury", "elsewhere")
EVERYONE = PEOPLE
PERSONS = PEOPLE[1:]
MEMBER = ("partner",)
STAFF = ("reviewer", "coordinator")
DECLARES = ("reviewer", "coordinator", "jury")
READERS = ("partner", "reviewer", "coordinator", "jury")
READERS_OF_REPLY = ("partner", "reviewer", "coordinator")
JURY = ("jury",)
COORDINATOR = ("coordinator",)
OWNERS = ("partner",)

CALL = {"slug": "call"}
CALL_AS_CALL = {"call": "call"}
PERSONA = CALL | {"persona": "persona"}
HOUSE = {"pk": "organisation"}
OWN = {"pk": "proposal"}
VERSION = OWN | {"number": "number"}
FILE = OWN | {"attachment": "attachment"}
INTAKE = {"pk": "intake"}
ABOUT = {"proposal": "proposal"}
TIMETABLE = {"pk": "timetable"}
PITCH = CALL | {"pk": "pitch"}
MATCH = {"run_id": "run", "scored_id": "scored", "number": "number"}
COLLEAGUE = HOUSE | {"member": "member"}
INVITED = HOUSE | {"invitation": "invitation"}

GUARDS = {
    "set_language": ("post", EVERYONE, {}),
    "desk": ("get", PERSONS, {}),
    "journal:set_clock": ("post", EVERYONE, {}),
    "accounts:profile": ("get", PERSONS, {}),
    "accounts:second_factor": ("get", PERSONS, {}),
    "accounts:organisations": ("get", PERSONS, {}),
    "accounts:organisation_new": ("get", PERSONS, {}),
    "accounts:choose": ("get", PERSONS, {}),
    "accounts:organisation": ("get", MEMBER, HOUSE),
    "accounts:members": ("get", MEMBER, HOUSE),
    "accounts:invite": ("get", OWNERS, HOUSE),
    "accounts:member_role": ("post", OWNERS, COLLEAGUE),
    "accounts:member_remove": ("get", OWNERS, COLLEAGUE),
    "accounts:invitation_resend": ("post", OWNERS, INVITED),
    "accounts:invitation_withdraw": ("post", OWNERS, INVITED),
    "accounts:invitation": ("get", EVERYONE, {"token": "token"}),
    "notifications:messages": ("get", PERSONS, {}),
    "notifications:message": ("get", MEMBER, {"pk": "message"}),
    "notifications:mailbox": ("get", EVERYONE, {}),
    "notifications:caught": ("get", EVERYONE, {"pk": "message"}),
    "challenges:home": ("get", EVERYONE, CALL),
    "challenges:calls": ("get", EVERYONE, {}),
    "challenges:contacts": ("get", EVERYONE, CALL),
    "challenges:privacy": ("get", EVERYONE, CALL),
    "challenges:accessibility": ("get", EVERYONE, {}),
    "challenges:challenges": ("get", EVERYONE, CALL),
    "challenges:challenge": ("get", EVERYONE, CALL | {"number": "number"}),
    "challenges:service_types": ("get", EVERYONE, CALL),
    "challenges:principles": ("get", EVERYONE, CALL),
    "challenges:municipalities": ("get", EVERYONE, CALL),
    "challenges:questions": ("get", EVERYONE, CALL),
    "challenges:calendar": ("get", EVERYONE, CALL),
    "personas:persona": ("get", EVERYONE, PERSONA),
    "personas:sheet": ("get", EVERYONE, PERSONA),
    "submissions:mine": ("get", PERSONS, {}),
    "submissions:start": ("get", PERSONS, CALL),
    "submissions:proposal": ("get", MEMBER, OWN),
    "submissions:section": ("get", MEMBER, OWN | {"slug": "section"}),
    "submissions:present": ("post", MEMBER, OWN | {"slug": "section"}),
    "submissions:attachments": ("get", MEMBER, OWN),
    "submissions:attachment": ("get", READERS, FILE),
    "submissions:attachment_remove": ("post", MEMBER, FILE),
    "submissions:copy": ("get", MEMBER, OWN | {"source": "earlier"}),
    "submissions:earlier": ("get", MEMBER, OWN),
    "submissions:check": ("get", MEMBER, OWN),
    "submissions:withdraw": ("get", MEMBER, OWN),
    "submissions:receipt": ("get", READERS, VERSION),
    "submissions:receipt_pdf": ("get", READERS, VERSION),
    "submissions:document": ("get", READERS, VERSION),
    "submissions:check_receipt": ("get", EVERYONE, {}),
    "matching:published_scoring": ("get", EVERYONE, CALL),
    "matching:compare_offers": ("get", MEMBER, OWN),
    "matching:jury_start": ("get", JURY, CALL),
    "matching:jury_run": ("get", JURY, {"run_id": "run"}),
    "matching:jury_explain": ("get", JURY, MATCH),
    "matching:jury_coverage": ("get", JURY, {"run_id": "run"}),
    "matching:jury_compare": ("get", JURY, {"run_id": "run"}),
    "matching:jury_compositions": ("get", JURY, {"run_id": "run"}),
    "matching:jury_composition": ("get", JURY, {"composition_id": "composition"}),
    "reviews:conflicts": ("get", JURY, CALL_AS_CALL),
    "pitches:jury": ("get", PERSONS, {}),
    "pitches:worker": ("get", EVERYONE, {}),
    "pitches:room": ("get", JURY, CALL),
    "pitches:hours": ("get", JURY, CALL),
    "pitches:jury_calendar": ("get", JURY, CALL),
    "pitches:sheet": ("get", JURY, PITCH),
    "pitches:dossier": ("get", JURY, PITCH),
    "pitches:recuse": ("get", JURY, PITCH),
    "pitches:deliberation": ("get", JURY, PITCH),
    "pitches:deliberation_state": ("get", JURY, PITCH),
    "pitches:chair": ("get", JURY, CALL),
    "pitches:withdraw_hours": ("post", JURY, {"pk": "hours"}),
    "pitches:slot": ("get", MEMBER, ABOUT),
    "pitches:slot_calendar": ("get", MEMBER, ABOUT),
    "decisions:decision": ("get", MEMBER, ABOUT),
    "decisions:letter": ("get", MEMBER, ABOUT),
    "decisions:reply": ("post", MEMBER, ABOUT),
    "decisions:receipt": ("get", MEMBER, ABOUT),
    "decisions:answer": ("get", MEMBER, ABOUT),
    "decisions:reply_file": ("get", READERS_OF_REPLY, {"key": "reply_file"}),
    "decisions:partnership": ("get", JURY, CALL_AS_CALL),
    "dossiers:dossier": ("post", READERS, OWN),
    "dossiers:archive": ("post", COORDINATOR, OWN),
    "dossiers:bundle": ("post", DECLARES, CALL),
    "dossiers:rendering": ("get", JURY, {"pk": "rendering"}),
    "dossiers:download": ("get", JURY, {"pk": "rendering"}),
    "dossiers:volume": ("get", JURY, {"pk": "dossier"}),
}

# Pages of the staff desk beyond Django's own: name: (method, who comes in, arguments).
DESK = {
    "admin:index": ("get", STAFF, {}),
    "admin:challenges_call_needs": ("get", STAFF, {"pk": "call_key"}),
    "admin:submissions_export": ("get", STAFF, {"format": "format"}),
    "admin:submissions_cockpit": ("get", COORDINATOR, CALL_AS_CALL),
    "admin:submissions_remind": ("get", COORDINATOR, CALL_AS_CALL),
    "admin:submissions_intake_register": ("post", COORDINATOR, INTAKE),
    "admin:submissions_intake_late": ("post", COORDINATOR, INTAKE),
    "admin:submissions_intake_reopen": ("post", COORDINATOR, INTAKE),
    "admin:submissions_intake_set_aside": ("post", COORDINATOR, INTAKE),
    "admin:submissions_intake_section": ("get", COORDINATOR, INTAKE | {"slug": "section"}),
    "admin:submissions_intake_file": ("post", COORDINATOR, INTAKE),
    "admin:submissions_intake_message": ("get", COORDINATOR, INTAKE),
    "admin:matching_run_start": ("post", COORDINATOR, {"call_id": "call_key"}),
    "admin:matching_scoring_page": ("get", STAFF, {"call_id": "call_key"}),
    "admin:matching_run_explain": ("get", STAFF, MATCH),
    "admin:matching_run_compare": ("get", STAFF, {"run_id": "run"}),
    "admin:matching_run_coverage": ("get", STAFF, {"run_id": "run"}),
    "admin:matching_run_compose": ("get", COORDINATOR, {"run_id": "run"}),
    "admin:reviews_conflicts": ("get", STAFF, CALL_AS_CALL),
    "admin:reviews_criteria": ("get", COORDINATOR, CALL_AS_CALL),
    "admin:reviews_share_out": ("get", COORDINATOR, CALL_AS_CALL),
    "admin:reviews_insight": ("get", STAFF, CALL_AS_CALL),
    "admin:reviews_shortlist": ("get", COORDINATOR, CALL_AS_CALL),
    "admin:pitches_draft": ("get", COORDINATOR, TIMETABLE),
    "admin:pitches_schedule": ("post", COORDINATOR, TIMETABLE),
    "admin:pitches_release": ("get", COORDINATOR, TIMETABLE),
    "admin:pitches_move": ("get", COORDINATOR, {"pk": "pitch"}),
    "admin:pitches_try": ("get", COORDINATOR, {"pk": "pitch"}),
    "admin:pitches_take_out": ("post", COORDINATOR, {"pk": "pitch"}),
    "admin:pitches_free": ("post", COORDINATOR, {"pk": "pitch"}),
    "admin:decisions_partnership": ("get", COORDINATOR, CALL_AS_CALL),
    "admin:decisions_release_call": ("get", COORDINATOR, CALL_AS_CALL),
    "purge": ("get", COORDINATOR, CALL_AS_CALL),
    "purge_certificate": ("get", COORDINATOR, CALL_AS_CALL | {"pk": "purge"}),
}
