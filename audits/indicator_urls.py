"""URLs of indicators: reading, targets, entry, files of figures."""

from django.urls import path

from audits.views.indicators import entry, imports, journey, series, targets

_OF = "indicateurs/<uuid:key>/"
_FILE = "indicateurs/fichiers/<uuid:key>/"

urlpatterns = [
    path("indicateurs/", journey.indicators, name="indicators"),
    # reading
    path(_OF, journey.journey, name="journey"),
    path(f"{_OF}dimensions/", journey.dimensions, name="dimensions"),
    path(f"{_OF}lieux/", journey.places, name="places"),
    path(f"{_OF}<int:pk>/", series.series, name="series"),
    # what is followed and wanted
    path(f"{_OF}objectifs/", targets.targets, name="targets"),
    path(f"{_OF}<int:pk>/objectif/", targets.set_target, name="set-target"),
    path(f"{_OF}propres/nouveau/", targets.make_indicator, name="make-indicator"),
    path(f"{_OF}propres/formule/", targets.check_formula, name="check-formula"),
    path(f"{_OF}<int:pk>/modifier/", targets.edit_indicator, name="edit-indicator"),
    # measures
    path(f"{_OF}saisie/", entry.enter_measures, name="enter-measures"),
    path(f"{_OF}fichiers/", imports.measure_imports, name="measure-imports"),
    path(_FILE, imports.measure_import, name="measure-import"),
    path(f"{_FILE}colonnes/", imports.name_columns, name="name-columns"),
    path(f"{_FILE}appliquer/", imports.apply_import, name="apply-import"),
    path(f"{_FILE}annuler/", imports.undo_import, name="undo-import"),
    path(f"{_FILE}abandonner/", imports.abandon_import, name="abandon-import"),
    path(f"{_FILE}source/", imports.source_file, name="source-file"),
]
