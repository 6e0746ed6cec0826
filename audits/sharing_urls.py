"""URLs of subcontractors, and of what is shared with a client organisation."""

from django.urls import path

from audits.views import sharing, subcontractors

urlpatterns = [
    path(
        "dossiers/<uuid:key>/sous-traitants/nouveau/",
        subcontractors.add_subcontractor,
        name="add-subcontractor",
    ),
    path(
        "dossiers/<uuid:key>/sous-traitants/<int:pk>/",
        subcontractors.edit_subcontractor,
        name="edit-subcontractor",
    ),
    path(
        "dossiers/<uuid:key>/sous-traitants/<int:pk>/retirer/",
        subcontractors.remove_subcontractor,
        name="remove-subcontractor",
    ),
    path("dossiers/<uuid:key>/partage/", sharing.sharing, name="sharing"),
    path("dossiers/<uuid:key>/partage/apercu/", sharing.preview_share, name="preview-share"),
    path("dossiers/<uuid:key>/partage/<int:pk>/", sharing.change_share, name="change-share"),
    path(
        "dossiers/<uuid:key>/partage/<int:pk>/retirer/", sharing.revoke_share, name="revoke-share"
    ),
    path("prestataires/", sharing.providers, name="providers"),
    path("prestataires/<uuid:key>/", sharing.shared_file, name="shared-file"),
]
