"""Where everything is."""

from entrepot.portal import api, classify_page, market_page, modes_page, orders_page, pages, rules_page, screening_page
from entrepot.portal.broker import api as broker_api
from entrepot.portal.broker import page as broker_page

urlpatterns = [
    *screening_page.URLS,
    *rules_page.URLS,
    *broker_api.URLS,
    *api.URLS,
    *classify_page.URLS,
    *broker_page.URLS,
    *market_page.URLS,
    *modes_page.URLS,
    *orders_page.URLS,
    *pages.URLS,
]
handler404 = pages.not_found
handler500 = pages.broken
