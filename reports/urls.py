"""URLs of reports. The key of a request is an audit's, or a certification file's for its plan."""

from django.urls import path

from reports.views import cards, packs, plans
from reports.views import reports as views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("derniers/", cards.newest, name="newest"),
    path("dossier/<uuid:key>/", cards.file_reports, name="of-file"),
    path("partages/<uuid:key>/", cards.shared_reports, name="shared"),
    path("demander/<uuid:key>/", views.request_report, name="request"),
    path("demander-plan/<uuid:key>/", plans.request_plan, name="request-plan"),
    path("demander-comite/<uuid:key>/", packs.request_pack, name="request-pack"),
    path("classeur/<uuid:key>/", views.audit_workbook, name="audit-workbook"),
    path("<uuid:key>/", views.report, name="report"),
    path("<uuid:key>/avancement/", views.progress, name="progress"),
    path("<uuid:key>/telecharger/", views.download, name="download"),
    path("<uuid:key>/annuler/", views.cancel, name="cancel"),
    path("<uuid:key>/relancer/", views.retry, name="retry"),
    path("<uuid:key>/emettre/", views.issue, name="issue"),
]
