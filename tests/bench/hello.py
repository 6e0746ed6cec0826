"""The reference page: a hello-world template behind the full middleware and a signed-in user."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

TEMPLATE = engines["django"].from_string(
    "<!doctype html><html lang='fr'><title>Hello</title>"
    "<body><h1>Hello {{ name }}</h1></body></html>"
)


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEMPLATE.render({"name": request.user.email}, request))


urlpatterns = [path("hello/", hello), path("", include("crcaudit.urls"))]
