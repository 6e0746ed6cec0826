"""The glossary is the authority on words: each model is in it under the name that screens show."""

import re

import pytest
from django.apps import apps
from django.utils import translation

from tests.project.sources import LAYERS, ROOT

pytestmark = pytest.mark.unit

ROW = re.compile(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)
MODELS = [model for model in apps.get_models() if model._meta.app_label in LAYERS]


def rows() -> dict[str, tuple[str, str]]:
    """English and French name of each model, from the table of the words of the code."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    table = text.partition("## Words of the code")[2].partition("\n## ")[0]
    return {name: (english, french) for name, english, french, _meaning in ROW.findall(table)}


def test_the_table_has_every_model_and_nothing_else():
    assert rows().keys() == {model.__name__ for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_is_called_as_in_the_glossary(model):
    english, french = rows()[model.__name__]

    with translation.override("en"):
        assert str(model._meta.verbose_name) == english
    # A text without translation stays English: `scripts/check_catalogues.py` finds those.
    with translation.override("fr"):
        assert str(model._meta.verbose_name) in {french, without_gloss(french), english}


def without_gloss(french: str) -> str:
    """ "engagement (de service)" is called "engagement" where its kind is plain."""
    return re.sub(r" \(.*\)$", "", french)
