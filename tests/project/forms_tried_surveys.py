"""Forms of surveys that take a text: see `tests.project.forms_tried`."""

from audits.forms.surveys.barometer import BeginBarometerForm, ReopenBarometerForm
from audits.forms.surveys.wave import CloseWaveForm, WaveForm, WithdrawWaveForm
from audits.models import SurveyWave

# As `SENT` of `test_odd_bodies`: URL name, form, query string.
SENT = (
    ("audits:record-wave", WaveForm, ""),
    ("audits:edit-wave", WaveForm, ""),
    ("audits:close-wave", CloseWaveForm, ""),
    ("audits:withdraw-wave", WithdrawWaveForm, ""),
    ("audits:begin-barometer", BeginBarometerForm, ""),
    ("audits:reopen-barometer", ReopenBarometerForm, ""),
)
# Fields that the rows make, tried cell by cell in the tests of their screens.
OF_ROWS = {"AnswersForm", "AnswerColumnsForm", "ThemesForm", "MarksForm", "SectorForm"}


def tried(make, page, newest) -> tuple:
    """The ways to send them; the makers are those of `forms_tried`, which imports this module."""
    return (
        make(
            WaveForm,
            "audits:record-wave",
            "organisation",
            "manager",
            (
                (newest(SurveyWave, "audits:survey-wave"), ("source",)),
                (page("audits:survey-waves", "organisation"), ("source",)),
            ),
        ),
        make(
            WaveForm,
            "audits:edit-wave",
            "draft_wave",
            "manager",
            (
                (page("audits:survey-wave", "draft_wave"), ("source",)),
                (page("audits:edit-wave", "draft_wave"), ("source",)),
            ),
        ),
        make(
            WithdrawWaveForm,
            "audits:withdraw-wave",
            "closed_wave",
            "manager",
            ((page("audits:survey-wave", "closed_wave"), ("reason",)),),
        ),
        make(BeginBarometerForm, "audits:begin-barometer", "organisation", "manager", ()),
        make(ReopenBarometerForm, "audits:reopen-barometer", "closed_barometer", "manager", ()),
    )
