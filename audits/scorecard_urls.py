"""URLs of the scorecard of providers, of its grid, and of the reviews held with them."""

from django.urls import path

from audits.views.scorecard import grid, provider, reviews, table

_OF = "indicateurs/<uuid:key>/prestataires/"
_PROVIDER = f"{_OF}<uuid:provider>/"
_REVIEW = "revues-de-prestataire/<uuid:key>/"

urlpatterns = [
    path(_OF, table.scorecard, name="scorecard"),
    path(f"{_OF}tableau.csv", table.scorecard_table, name="scorecard-table"),
    path(f"{_OF}comparer/", table.compare_providers, name="compare-providers"),
    path(f"{_OF}grille/", grid.scorecard_grid, name="scorecard-grid"),
    path(f"{_OF}grille/modifier/", grid.edit_scorecard_grid, name="edit-scorecard-grid"),
    path(_PROVIDER, provider.provider_scorecard, name="provider-scorecard"),
    path(f"{_PROVIDER}revue/", reviews.prepare_provider_review, name="prepare-provider-review"),
    path(_REVIEW, reviews.provider_review, name="provider-review"),
    path(f"{_REVIEW}modifier/", reviews.edit_provider_review, name="edit-provider-review"),
    path(f"{_REVIEW}clore/", reviews.close_provider_review, name="close-provider-review"),
    path(f"{_REVIEW}retirer/", reviews.discard_provider_review, name="discard-provider-review"),
    path(f"{_REVIEW}demandes/<int:pk>/", reviews.settle_asked, name="settle-asked"),
]
