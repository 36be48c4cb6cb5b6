"""Erasing at the page `/d/<id>/erasing`: the plan, its confirmation, and what was erased before."""

from django.urls import URLPattern, path

from entrepot.portal.pages import DO, READ, only

_FIELDS = ("references", "ground", "request", "reason", "despite", "digest")


URLS: list[URLPattern] = [
    path("d/<str:id>/erasing", only(form, *READ)),
    path("d/<str:id>/erasing/do", only(decide, *DO)),
]
