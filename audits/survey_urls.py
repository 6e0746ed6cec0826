"""URLs of surveys: satisfaction, waves, the yearly barometer."""

from django.urls import path

from audits.views.surveys import barometer, files, satisfaction, themes, waves

_OF = "indicateurs/<uuid:key>/"
_WAVE = "enquetes/<uuid:key>/"
_YEAR = "barometres/<uuid:key>/"

urlpatterns = [
    path(f"{_OF}satisfaction/", satisfaction.satisfaction, name="satisfaction"),
    path(f"{_OF}enquetes/", satisfaction.survey_waves, name="survey-waves"),
    path(f"{_OF}enquetes/nouvelle/", waves.record_wave, name="record-wave"),
    path(_WAVE, waves.survey_wave, name="survey-wave"),
    path(f"{_WAVE}modifier/", waves.edit_wave, name="edit-wave"),
    path(f"{_WAVE}reponses/", waves.wave_answers, name="wave-answers"),
    path(f"{_WAVE}fichier/", files.wave_file, name="wave-file"),
    path(f"{_WAVE}clore/", waves.close_wave, name="close-wave"),
    path(f"{_WAVE}retirer/", waves.withdraw_wave, name="withdraw-wave"),
    path(f"{_OF}barometre/", barometer.barometer, name="barometer"),
    path(f"{_OF}barometre/themes/", themes.barometer_themes, name="barometer-themes"),
    path(f"{_OF}barometre/themes/prets/", themes.take_ready_themes, name="ready-themes"),
    path(f"{_OF}barometre/nouveau/", barometer.begin_barometer, name="begin-barometer"),
    path(f"{_YEAR}reponses/", barometer.barometer_marks, name="barometer-marks"),
    path(f"{_YEAR}secteur/", barometer.sector_marks, name="sector-marks"),
    path(f"{_YEAR}clore/", barometer.close_barometer, name="close-barometer"),
    path(f"{_YEAR}rouvrir/", barometer.reopen_barometer, name="reopen-barometer"),
]
