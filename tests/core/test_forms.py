from datetime import date

import pytest
from django import forms
from django.utils import translation

from crcaudit.core.forms import CleanCharField, CleanTextField, DayField

pytestmark = pytest.mark.unit


class SampleForm(forms.Form):
    title = CleanCharField(limit=10)
    comment = CleanTextField(required=False)
    day = DayField(required=False)


def test_text_of_exactly_the_limit_is_accepted():
    form = SampleForm({"title": "x" * 10, "comment": "é" * 20_000})

    assert form.is_valid()
    assert form.cleaned_data["comment"] == "é" * 20_000


def test_a_hundred_thousand_characters_are_refused_with_the_number_over_and_kept_in_the_form():
    text = "Écart constaté. " * 6250

    with translation.override("en"):
        form = SampleForm({"title": "ok", "comment": text})

        assert form.errors["comment"][0].startswith(
            "This text is 79,999 characters too long: the limit is 20,000."
        )
    assert form["comment"].value() == text


def test_the_browser_is_told_the_limit_without_cutting_a_paste():
    html = str(SampleForm()["comment"])

    assert 'data-crc-limit="20000"' in html
    assert "maxlength" not in html


def test_a_combining_accent_counts_as_the_letter_it_makes():
    assert SampleForm({"title": "e\u0301" * 10}).is_valid()


def test_control_characters_do_not_reach_the_database():
    form = SampleForm({"title": "a\x00b\nc", "comment": "a\x00b\x0bc"})

    assert form.is_valid()
    assert form.cleaned_data["title"] == "ab c"
    assert form.cleaned_data["comment"] == "ab\nc"


@pytest.mark.parametrize("title", ["", "   ", "\x00\x01"])
def test_a_title_made_of_nothing_is_missing(title):
    assert list(SampleForm({"title": title}).errors) == ["title"]


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026-03-14", date(2026, 3, 14)), ("14/03/2026", date(2026, 3, 14)), ("", None)],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_days_are_read_as_the_picker_and_as_people_write_them(typed, day, language):
    with translation.override(language):
        form = SampleForm({"title": "ok", "day": typed})

        assert form.is_valid()
    assert form.cleaned_data["day"] == day


@pytest.mark.parametrize("typed", ["0206-01-01", "9999-12-31", "1999-12-31", "2100-01-01", "hier"])
def test_days_out_of_reason_are_refused(typed):
    assert list(SampleForm({"title": "ok", "day": typed}).errors) == ["day"]
