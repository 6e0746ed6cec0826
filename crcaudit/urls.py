"""Every URL of the product starts here. A new one enters the access matrix in the same commit."""

from django.urls import include, path

from reports.views.files import close_file, reopen_audit

urlpatterns = [
    path("", include("crcaudit.core.urls")),
    path("", include("crcaudit.accounts.urls")),
    path("", include("audits.urls")),
    # A page of the file, but the reports under way have their say.
    path("dossiers/<uuid:key>/clore/", close_file, name="close-file"),
    # A page of the audit, but its issued reports have their say.
    path("audits/<uuid:key>/rouvrir/", reopen_audit, name="reopen-audit"),
    path("referentiels/", include("engagements.urls")),
    path("rapports/", include("reports.urls")),
]

handler400 = "crcaudit.core.views.bad_request"
handler403 = "crcaudit.core.views.permission_denied"
handler404 = "crcaudit.core.views.page_not_found"
handler500 = "crcaudit.core.views.server_error"
