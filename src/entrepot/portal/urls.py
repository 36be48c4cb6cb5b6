"""Where everything is."""

from entrepot.portal import api, pages

urlpatterns = [*api.URLS, *pages.URLS]
handler404 = pages.not_found
handler500 = pages.broken
