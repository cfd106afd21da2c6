from django.urls import path

from submissions.views import attachments, copying, earlier, filing, help, receipts, writing

app_name = "submissions"

OWN = "kandidaturen/<uuid:pk>/"
VERSION = f"{OWN}versies/<int:number>/"

urlpatterns = [
    path("kandidaturen/", writing.mine, name="mine"),
    path("oproep/<slug:slug>/kandidaat/", writing.start, name="start"),
    path(OWN, writing.proposal, name="proposal"),
    path(f"{OWN}deel/<slug:slug>/", writing.section, name="section"),
    path(f"{OWN}deel/<slug:slug>/aanwezig/", help.present, name="present"),
    path(f"{OWN}bijlagen/", attachments.attachments, name="attachments"),
    path(f"{OWN}bijlagen/<uuid:attachment>/", attachments.download, name="attachment"),
    path(f"{OWN}bijlagen/<uuid:attachment>/verwijderen/", attachments.remove, name="attachment_remove"),
    path(f"{OWN}overnemen/<uuid:source>/", copying.copy, name="copy"),
    path(f"{OWN}eerder/", earlier.earlier, name="earlier"),
    path(f"{OWN}indienen/", filing.check, name="check"),
    path(f"{OWN}intrekken/", filing.withdraw, name="withdraw"),
    path(VERSION, receipts.receipt, name="receipt"),
    path(f"{VERSION}ontvangstbewijs.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path(f"{VERSION}document.json", receipts.document, name="document"),
    path("ontvangstbewijs/", receipts.check_receipt, name="check_receipt"),
]
