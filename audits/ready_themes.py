"""Themes of a barometer to start from, one or two for each stage of the journey, in our words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from audits.actions.surveys.themes import ThemeFields


def ready_themes() -> Sequence[ThemeFields]:
    """The list in the active language; the organisation makes it its own."""
    return (
        ThemeFields(_("Reaching somebody easily"), "access"),
        ThemeFields(_("A short wait"), "pickup"),
        ThemeFields(_("A friendly and attentive welcome"), "pickup"),
        ThemeFields(_("A clear and right answer"), "handling"),
        ThemeFields(_("Solved in one contact"), "handling"),
        ThemeFields(_("Kept informed to the end"), "closing"),
        ThemeFields(_("Complaints taken seriously"), "complaint"),
        ThemeFields(_("A bill that one understands"), "billing"),
        ThemeFields(_("Confidence in the company"), "satisfaction"),
    )
