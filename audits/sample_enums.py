"""Vocabularies and flow of samples. Values of methods and rules are those of `logic.sampling`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crcaudit.core.flow import Flow


class SampleSubject(TextChoices):
    """What is drawn."""

    UNITS = "UNITS", _("Files, contacts or records")
    SITES = "SITES", _("Sites to visit")


class SampleMethod(TextChoices):
    """How units are taken."""

    SIMPLE = "SIMPLE", _("Simple random")
    SYSTEMATIC = "SYSTEMATIC", _("Systematic")
    STRATIFIED = "STRATIFIED", _("Stratified, in proportion")
    EVERYTHING = "EVERYTHING", _("Everything")
    JUDGEMENT = "JUDGEMENT", _("Chosen by the auditor")


class SiteSampleRule(TextChoices):
    """Rule that gives the number of sites to visit."""

    INITIAL = "INITIAL", _("Initial audit: √n")
    SURVEILLANCE = "SURVEILLANCE", _("Surveillance audit: 0.6 √n")
    RENEWAL = "RENEWAL", _("Renewal audit: 0.8 √n")


class SampleState(TextChoices):
    """Life of a sample: what is drawn is drawn for ever, its results until it is concluded."""

    DRAFT = "DRAFT", _("To be drawn")
    DRAWN = "DRAWN", _("Drawn")
    CONCLUDED = "CONCLUDED", _("Concluded")


SAMPLE_FLOW = Flow(
    "sample",
    {
        SampleState.DRAFT: frozenset({SampleState.DRAWN}),
        SampleState.DRAWN: frozenset({SampleState.CONCLUDED}),
        SampleState.CONCLUDED: frozenset({SampleState.DRAWN}),
    },
)


class UnitResult(TextChoices):
    """What was found on one unit; "" in the database while it was not looked at."""

    CONFORM = "CONFORM", _("Conform")
    NOT_CONFORM = "NOT_CONFORM", _("Not conform")
    NOT_ASSESSABLE = "NOT_ASSESSABLE", _("Cannot be assessed")
