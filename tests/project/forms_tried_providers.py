"""Forms about providers that take a text: see `tests.project.forms_tried`."""

from audits.forms.provider_review import ProviderReviewForm, SettleForm
from audits.forms.scorecard import ScorecardGridForm

# As `SENT` of `test_odd_bodies`: URL name, form, query string.
SENT = (
    ("audits:edit-scorecard-grid", ScorecardGridForm, ""),
    ("audits:edit-provider-review", ProviderReviewForm, ""),
    ("audits:settle-asked", SettleForm, ""),
)


def tried(make, page) -> tuple:
    """The ways to send them; the makers are those of `forms_tried`, which imports this module."""
    return (
        make(
            ScorecardGridForm,
            "audits:edit-scorecard-grid",
            "organisation",
            "manager",
            ((page("audits:scorecard-grid", "organisation"), ("reason",)),),
        ),
        make(
            ProviderReviewForm,
            "audits:edit-provider-review",
            "prepared_review",
            "manager",
            (
                (page("audits:provider-review", "prepared_review"), ("strengths", "conclusion")),
                (
                    page("audits:edit-provider-review", "prepared_review"),
                    ("strengths", "conclusion"),
                ),
            ),
        ),
        make(
            SettleForm,
            "audits:settle-asked",
            "asked",
            "manager",
            (
                (page("audits:provider-review", "closed_review"), ("outcome",)),
                (page("audits:provider-scorecard", "scored"), ("outcome",)),
            ),
        ),
    )
