"""Taking messages apart, in this process: what mail programs really send, and what breaks them."""

import random
from contextlib import suppress

import pytest

from submissions.intake.reader import texts
from submissions.intake.reader.message import Unreadable, parse
from tests.submissions import uploads
from tests.submissions.intake import mails

ODD = [b"\n\n", b"\0", b"=?utf-8?B?", b'"', b"--b", b"; name*0*="]
HEAD = b"From: Mia <mia@debrug.example>\n"


def test_plain_text_is_preferred_and_a_page_alone_becomes_text():
    both = mails.mail(body="Gewone tekst")
    both.add_alternative("<p>Een <b>pagina</b></p>", subtype="html")
    page = HEAD + "Content-Type: text/html; charset=utf-8\n\n<p>Één<br>twee</p><style>p{}</style>".encode()

    assert parse(both.as_bytes()).body == "Gewone tekst"
    assert parse(page).body == "Één\ntwee"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'filename="plan.pdf"', "plan.pdf"),
        (b"filename*=utf-8''kandidatuur%20%C3%A9%C3%A9n.pdf", "kandidatuur één.pdf"),
        (b"filename*0*=utf-8''kandi%C3%A9;\n filename*1=\"datuur.pdf\"", "kandiédatuur.pdf"),
        (b'filename="=?utf-8?Q?kandidatuur_=C3=A9=C3=A9n.pdf?="', "kandidatuur één.pdf"),
        (b'filename="=?utf-8?B?a2FuZGlkYXR1dXIg?=\n =?utf-8?B?w6nDqW4ucGRm?="', "kandidatuur één.pdf"),
        (b'filename="=?klingon?Q?caf=E9.pdf?="', "café.pdf"),
        ('filename="één.pdf"'.encode(), "één.pdf"),
        ('filename="één.pdf"'.encode("cp1252"), "één.pdf"),
        (b"filename*=klingon''caf%E9.pdf", "café.pdf"),
    ],
)
def test_file_names_are_read_however_they_are_encoded(header, name):
    message = HEAD + b"Content-Type: application/pdf\nContent-Disposition: attachment; " + header + b"\n\nx"

    assert parse(message).files[0].name == name


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"=?iso-8859-1?Q?caf=E9?=", "café"),
        (b"=?utf-8?B?4oKs?= 5 =?utf-8?Q?=C3=A9?=", "€ 5 é"),
        ("één".encode("cp1252"), "één"),
        (b"=?utf-8?B?niet base64!?=", "=?utf-8?B?niet base64!?="),
    ],
)
def test_subjects_are_read_however_they_are_encoded(header, subject):
    assert parse(HEAD + b"Subject: " + header + b"\n\nx").subject == subject


def test_text_in_an_unknown_or_wrong_charset_is_never_lost():
    for charset in (b"klingon", b"utf-8", b""):
        message = HEAD + b"Content-Type: text/plain; charset=" + charset + b"\n\n" + "één".encode("cp1252")
        assert parse(message).body == "één"


def test_winmail_is_unpacked_with_its_text_and_names():
    packed = mails.tnef(body="Beste, café", files=[("plan één.pdf", b"inhoud"), ("b.docx", b"nog")])
    message = mails.mail(body="", files=[("winmail.dat", packed)])

    read = parse(message.as_bytes())

    assert read.body == "Beste, café"
    assert [(file.name, file.content) for file in read.files] == [
        ("plan één.pdf", b"inhoud"),
        ("b.docx", b"nog"),
    ]


@pytest.mark.parametrize("content", [b"geen tnef", b"\x78\x9f\x3e\x22" + bytes(200)])
def test_winmail_that_can_not_be_unpacked_stays_a_file(content):
    message = mails.mail(files=[("winmail.dat", content), ("plan.pdf", b"x")])

    read = parse(message.as_bytes())

    assert [file.name for file in read.files] == ["winmail.dat", "plan.pdf"]
    assert read.body.startswith("Beste")


def test_another_mail_inside_counts_as_one_file():
    message = mails.mail()
    message.add_attachment(mails.candidacy())

    (inner,) = parse(message.as_bytes()).files

    assert inner.is_mail
    assert inner.content.startswith(b"Received:")


def test_pictures_of_the_text_are_marked_and_signatures_left_out():
    message = mails.mail()
    message.add_related(uploads.picture().getvalue(), "image", "png", cid="<logo>")
    message.make_mixed()
    message.add_attachment(b"handtekening", "application", "pkcs7-signature", filename="smime.p7s")

    assert [file.inline for file in parse(message.as_bytes()).files] == [True]


def test_documents_give_their_text_to_copy_from():
    rows = [("Titel", "Samen op weg"), ("Budget", "€ 4.000")]
    word = mails.word_document("Beste\n\n\n\nlezer", rows).getvalue()

    assert texts.of_file(word, name="a.docx") == "Beste\n\nlezer\nTitel: Samen op weg\nBudget: € 4.000"
    assert texts.of_file("één".encode("cp1252"), name="a.txt") == "één"
    assert texts.of_file(b"<p>a</p>", name="a.html") == "a"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.4 stuk", "a.pdf"),
        (b"PK\3\4 stuk", "a.docx"),
        (uploads.docx().getvalue(), "a.docx"),
        (b"", "a.html"),
        (b"MZ", "a.exe"),
    ],
)
def test_documents_that_are_damaged_or_unknown_give_no_text(content, name):
    assert texts.of_file(content, name=name) == ""


def test_deep_pages_take_no_time():
    page = HEAD + b"Content-Type: text/html\n\n" + b"<div>a" * 100_000

    assert parse(page).body.startswith("a")


def test_six_hundred_broken_messages_are_read_or_refused():
    """Cut, doubled and changed at random (seeded): nothing but Unreadable ever comes out."""
    dice = random.Random(2023)
    packed = mails.tnef(body="Beste", files=[("plan.pdf", b"inhoud")])
    sound = [
        mails.candidacy(files=[("plan.pdf", uploads.pdf())]).as_bytes(),
        mails.mail(files=[("winmail.dat", packed), ("één =?x?.pdf", b"x")]).as_bytes(),
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>a\n--b--\n",
    ]
    read = 0
    for _ in range(600):
        content = bytearray(dice.choice(sound))
        for _ in range(dice.randint(1, 12)):
            place = dice.randrange(len(content))
            how = dice.randrange(4)
            if how == 0:
                content[place] = dice.randrange(256)
            elif how == 1:
                del content[place : place + dice.randrange(40)]
            elif how == 2:
                content[place:place] = content[place : place + dice.randrange(60)]
            else:
                content[place:place] = dice.choice(
                    [b"\n\n", b"\0", b"=?utf-8?B?", b'"', b"--b", b"; name*0*="]
                )
        with suppress(Unreadable):
            read += parse(bytes(content)) is not None

    assert read > 400
