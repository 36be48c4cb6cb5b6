"""Where everything is."""

from entrepot.portal import api, classify_page, pages

urlpatterns = [*api.URLS, *classify_page.URLS, *pages.URLS]
handler404 = pages.not_found
handler500 = pages.broken
