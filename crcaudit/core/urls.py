"""Technical URLs of the kernel."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from crcaudit.core import views

app_name = "core"
urlpatterns = [
    path("session/", views.session, name="session"),
    path("livez/", login_not_required(views.alive), name="alive"),
]
