"""URLs of referentials and indicators."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from engagements import views


class CodeConverter(StringConverter):
    """A code of a referential file: what `engagements.importers` accepts, and nothing else."""

    regex = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,19}"


register_converter(CodeConverter, "code")

app_name = "engagements"
urlpatterns = [
    path("", views.referentials, name="referentials"),
    path("indicateurs/", views.indicator_list, name="indicators"),
    path("indicateurs/<code:code>/", views.indicator, name="indicator"),
    path("<int:pk>/", views.edition, name="edition"),
    path("<int:pk>/publier/", views.publish_edition, name="publish-edition"),
    path("<int:pk>/retirer/", views.withdraw_edition, name="withdraw-edition"),
    path("<int:pk>/exigences/<code:code>/", views.requirement, name="requirement"),
]
