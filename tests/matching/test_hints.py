import pytest
import time_machine
from django.urls import reverse

from matching import facts
from matching.hints import text_against_ticks
from submissions.models import Proposal
from submissions.queries import with_answers
from submissions.registry import hints_on
from tests.factories import MembershipFactory, brussels, complete_proposal

from .scenes import BIKES

pytestmark = pytest.mark.django_db

LOOSE = [{"slug": "huisvesting", "how": "Zo doen wij dat.", "clients_per_year": 20}]
FITTING = [{"slug": "mobiliteit", "how": "Zo doen wij dat.", "clients_per_year": 20}]
CYCLING = BIKES + " Wij lenen fietsen uit en rijden samen de weg naar het werk. We stappen mee op de bus."


def draft(call, **answers):
    return complete_proposal(call=call, answers={"approach": CYCLING, **answers})


def test_hints_name_what_the_text_shows_and_what_it_does_not(pajotarl):
    hints = text_against_ticks(draft(pajotarl, service_types=LOOSE))

    assert {hint.section for hint in hints} == {"diensten"}
    [suggested] = [hint.text for hint in hints if "“Mobiliteit op maat”" in hint.text]
    assert "”), maar u koos dat niet" in suggested
    assert "“tweedehandsfiets”" in suggested
    assert any("U koos “Huisvesting op maat”" in hint.text for hint in hints)


def test_hints_name_a_challenge_a_principle_and_an_expertise_without_a_word_of_text(pajotarl):
    hints = text_against_ticks(
        draft(
            pajotarl,
            service_types=FITTING,
            challenges=[{"number": 4, "how": "Zo doen wij dat."}],
            working_principles=[{"slug": "signaleren", "how": ""}],
            priority_expertise=["alleenstaande-ouders"],
        )
    )

    told = {hint.section: hint.text for hint in hints}
    assert told["uitdagingen"].startswith("U koos uitdaging 4, maar uw tekst zegt weinig")
    assert told["werkprincipes"].startswith("U koos “Systeemfouten signaleren")
    assert told["expertise"].startswith("U koos “Ondersteuning van alleenstaande ouders”")


def test_hints_on_a_vague_draft_that_ticks_everything_are_few(pajotarl):
    call = facts.engine_call(pajotarl)
    hints = text_against_ticks(
        draft(
            pajotarl,
            approach="Verbinding is de hefboom van onze integrale aanpak. Wij versterken de veerkracht.",
            service_types=[
                {"slug": s.slug, "how": "Zo doen wij dat.", "clients_per_year": 20}
                for s in call.service_types
            ],
            challenges=[{"number": c.number, "how": "Zo doen wij dat."} for c in call.challenges],
            working_principles=[{"slug": p.slug, "how": ""} for p in call.principles],
            priority_expertise=[e.slug for e in call.expertise],
        )
    )

    assert len(hints) <= 8
    assert [hint.text for hint in hints if "Alles kiezen levert niets op" in hint.text]
    [unsupported] = [hint.text for hint in hints if "niet onderbouwd" in hint.text]
    assert all(f"“{service.need}”" in unsupported for service in call.service_types)
    [challenges] = [hint.text for hint in hints if hint.section == "uitdagingen"]
    assert challenges.startswith("U koos uitdagingen 1, 2, 3, 4 en 5")


def on_the_text(proposal):
    return [hint.text for hint in text_against_ticks(proposal) if hint.section == "aanpak"]


def test_hints_tell_a_text_of_fine_words(pajotarl):
    fine = (
        "Verbinding is de hefboom van onze integrale aanpak. Wij versterken de veerkracht van kwetsbare "
        "doelgroepen. Duurzame partnerschappen vormen het fundament van onze visie."
    )

    [said] = on_the_text(draft(pajotarl, approach=fine))

    assert said.startswith("Uw tekst zegt weinig tastbaars")


def test_hints_tell_a_text_of_the_calls_own_words(pajotarl):
    borrowed = " ".join(facts.engine_call(pajotarl).challenges[0].passages)

    said = on_the_text(draft(pajotarl, approach=borrowed))

    assert [text for text in said if text.startswith("Uw tekst herhaalt vooral woorden van de oproep")]


def test_hints_are_silent_where_text_and_ticks_agree(pajotarl):
    assert not [h for h in hints_on(draft(pajotarl, service_types=FITTING)) if "Mobiliteit" in h.text]


@pytest.mark.parametrize("services", [LOOSE, LOOSE + FITTING])
def test_hints_cost_the_same_for_any_number(pajotarl, services, django_assert_num_queries):
    proposal = with_answers(Proposal.objects.filter(pk=draft(pajotarl, service_types=services).pk)).get()

    with django_assert_num_queries(8):
        text_against_ticks(proposal)


def test_check_page_shows_hints_and_still_lets_file(client, pajotarl):
    with time_machine.travel(brussels(2023, 8, 28, 14, 3), tick=False):
        proposal = draft(pajotarl, service_types=LOOSE)
        client.force_login(MembershipFactory(organisation=proposal.organisation).user)
        page = reverse("submissions:check", args=[proposal.pk])

        shown = client.get(page).content.decode()
        filed = client.post(page)

    assert "Zeggen uw tekst en uw keuzes hetzelfde?" in shown
    assert filed.status_code == 302
