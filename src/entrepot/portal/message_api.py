"""The form of a dossier as a message, over HTTP."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.portal.api import day_asked
from entrepot.portal.messages import Message, form_message, format_named
from entrepot.portal.web import desk_of, json_response, told, voice_of

DEFAULT = "wco"


def declaration(request: HttpRequest, id: str) -> HttpResponseBase:
    """The form as a message of `format`: its bytes, or, where JSON is accepted, its text with what the format cannot hold."""
    voice, name = voice_of(request), request.GET.get("format", DEFAULT)
    state, written = form_message(desk_of(request), voice, id, name, request.GET.get("which", ""), day_asked(request))
    if "application/json" in request.headers.get("Accept", ""):
        text = written.data.decode("utf-8", errors="replace")
        return json_response(Message(name, written.media_type, state, text, written.lost))
    response = HttpResponse(written.data, content_type=written.media_type)
    response["Content-Disposition"] = f'attachment; filename="declaration.{format_named(name).extension}"'
    response["Content-Security-Policy"] = "sandbox"
    response["Entrepot-Lost"] = str(len(written.lost))
    return response


URLS: list[URLPattern] = [
    path("api/v1/dossiers/<str:id>/declaration.xml", told(declaration, "GET", "HEAD")),
]
