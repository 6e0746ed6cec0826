"""What import-linter cannot see: relations written as text, and templates."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.project.sources import LAYERS, ROOT, layer_of, shown, template_name, templates

pytestmark = pytest.mark.unit

# Tables of the framework that the bottom layer of ours may point to.
FRAMEWORK = {"auth", "contenttypes"}
LOADED = re.compile(r"{%\s*(?:include|extends)\s+(\S+)")
# These show what their caller names; the caller's own rule decides what that may be.
TOLD_BY_THE_CALLER = {
    "components/_dialog.html": "body",
    "reports/pdf/_document.html": "chapter.template",
}


def upward_relations(found) -> list[str]:
    """Relations from a layer to one that it must not know of."""
    wrong = []
    for model in found:
        own = LAYERS.index(model._meta.app_label)
        for field in model._meta.get_fields():
            if field.auto_created and not field.concrete:
                continue  # the other end of a relation of a higher layer
            target = field.related_model._meta.app_label if field.is_relation else None
            if target in FRAMEWORK or target is None:
                continue
            if target not in LAYERS[: own + 1]:
                wrong.append(f"{model._meta.label}.{field.name} -> {target}")
    return wrong


def our_models():
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in LAYERS]


def test_every_relation_of_the_tables_goes_down():
    found = our_models()

    assert {model._meta.app_label for model in found} == set(LAYERS)
    assert upward_relations(found) == []


@isolate_apps("audits", "reports")
def test_a_relation_that_goes_up_is_found_even_as_text():
    class Issued(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "reports"

    class Visited(models.Model):  # noqa: DJ008
        report = models.ForeignKey("reports.Issued", models.CASCADE)

        class Meta:
            app_label = "audits"

    assert upward_relations([Issued, Visited]) == ["audits.Visited.report -> reports"]


def owners() -> dict[str, str]:
    """The layer of each template by the name it is loaded under."""
    return {template_name(path): layer_of(path) for path in templates()}


@pytest.mark.parametrize("path", templates(), ids=shown)
def test_a_template_loads_only_what_is_of_its_layer_or_below(path):
    own, known = LAYERS.index(layer_of(path)), owners()

    for argument in LOADED.findall(path.read_text(encoding="utf-8")):
        if not argument.startswith('"'):
            assert TOLD_BY_THE_CALLER.get(template_name(path)) == argument
            continue
        name = argument.strip('"')
        assert name in known, f"{name} does not exist"
        assert known[name] in LAYERS[: own + 1]


def test_a_template_has_one_owner():
    """Two templates of one name would leave the choice to the order of the apps."""
    names = [template_name(path) for path in templates()]

    assert sorted(set(names)) == sorted(names)
    assert (ROOT / "crcaudit/core/templates/base.html").is_file()
