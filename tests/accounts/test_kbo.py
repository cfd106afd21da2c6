import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.kbo import clean_kbo_number, written_kbo_number

unhurried = settings(deadline=None)
PUNCTUATION = ["", " ", ".", "-", "/", "\u00a0", "·"]


def numbered(first_eight: int) -> str:
    return f"{first_eight:08}{97 - first_eight % 97:02}"


@unhurried
@given(first_eight=st.integers(1, 19_999_999), data=st.data())
def test_clean_kbo_number_takes_any_punctuation(first_eight, data):
    number = numbered(first_eight)
    marks = data.draw(st.lists(st.sampled_from(PUNCTUATION), min_size=10, max_size=10))
    prefix = data.draw(st.sampled_from(["", "BE", "BE ", "be"]))

    typed = prefix + "".join(digit + mark for digit, mark in zip(number, marks, strict=True))

    assert clean_kbo_number(typed) == number


@unhurried
@given(first_eight=st.integers(1, 19_999_999), place=st.integers(0, 9), other=st.integers(1, 9))
def test_clean_kbo_number_notices_any_single_mistyped_digit(first_eight, place, other):
    number = numbered(first_eight)
    wrong = number[:place] + str((int(number[place]) + other) % 10) + number[place + 1 :]

    with pytest.raises(ValidationError):
        clean_kbo_number(wrong)


@unhurried
@given(
    first_eight=st.integers(1, 19_999_999 // 97 - 1).map(lambda n: n * 97), check=st.sampled_from([0, 98, 99])
)
def test_clean_kbo_number_refuses_check_digits_that_are_never_given(first_eight, check):
    congruent = first_eight - check % 97

    with pytest.raises(ValidationError) as refusal:
        clean_kbo_number(f"{congruent:08}{check:02}")

    assert (congruent + check) % 97 == 0
    assert refusal.value.code == "check_digits"


@unhurried
@given(text=st.text(max_size=20))
def test_clean_kbo_number_answers_or_refuses_whatever_is_typed(text):
    try:
        number = clean_kbo_number(text)
    except ValidationError:
        return

    assert number == numbered(int(number[:8]))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2.123.456.789", "establishment"),
        ("8900000147", "establishment"),
        ("9900000147", "check_digits"),
        ("0000000000", "check_digits"),
        ("0900.000.148", "check_digits"),
        ("0900.000.14", "malformed"),
        ("", "malformed"),
        ("onbekend", "malformed"),
        ("0900.000.14x", "malformed"),
        ("٠٩٠٠٠٠٠١٤٧", "malformed"),
    ],
)
def test_clean_kbo_number_says_what_is_wrong(typed, code):
    with pytest.raises(ValidationError) as refusal:
        clean_kbo_number(typed)

    assert refusal.value.code == code


def test_clean_kbo_number_adds_the_zero_of_old_numbers():
    assert clean_kbo_number("900.000.147") == "0900000147"


def test_written_kbo_number_is_grouped():
    assert written_kbo_number("0900000147") == "0900.000.147"
    assert written_kbo_number(None) == ""
