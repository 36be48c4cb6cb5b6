"""Where everything is."""

from entrepot.portal import (
    api,
    api_page,
    classify_page,
    consistency_page,
    drafting_page,
    erasing_api,
    erasing_page,
    health,
    issuing_api,
    issuing_page,
    live,
    log_api,
    log_page,
    market_page,
    message_api,
    modes_page,
    orders_page,
    pages,
    paper_page,
    rules_page,
    sandbox_page,
    screening_page,
    sheet_page,
    status_api,
    titles_api,
    titles_page,
    verify_page,
    versions,
)
from entrepot.portal.access import api as access_api
from entrepot.portal.access import pages as access_pages
from entrepot.portal.accounts.urls import URLS as ACCOUNTS
from entrepot.portal.audit import api as audit_api
from entrepot.portal.audit import pages as audit_pages
from entrepot.portal.broker import api as broker_api
from entrepot.portal.broker import page as broker_page
from entrepot.portal.counter import desk_page as counter_desk
from entrepot.portal.counter import receipt_page as counter_receipts
from entrepot.portal.counter import serve_page as counter_serve
from entrepot.portal.counter import shift_page as counter_shift
from entrepot.portal.counter import sync_api
from entrepot.portal.counter import sync_page as counter_sync
from entrepot.portal.entry import grid_page as entry_grid_page
from entrepot.portal.entry import new_page as entry_new_page
from entrepot.portal.entry import say_page as entry_say_page
from entrepot.portal.office import api as office_api
from entrepot.portal.office import fees_page as office_fees
from entrepot.portal.office import pages as office_pages
from entrepot.portal.printing import api as printing_api
from entrepot.portal.printing import pages as printing_pages
from entrepot.portal.push import api as push_api
from entrepot.portal.push import page as push_page
from entrepot.portal.work import api as work_api
from entrepot.portal.work import calendar_page, talk
from entrepot.portal.work import pages as work_pages

# Patterns are tried in their order, so what systems call a thousand times a second comes first.
HOT = ("api/v1/submissions", "api/v1/bulk")

urlpatterns = [
    *(one for one in api.URLS if str(one.pattern) in HOT),
    *sync_api.URLS,
    *screening_page.URLS,
    *rules_page.URLS,
    *broker_api.URLS,
    *message_api.URLS,
    *erasing_api.URLS,
    *erasing_page.URLS,
    *issuing_api.URLS,
    *issuing_page.URLS,
    *printing_api.URLS,
    *office_api.URLS,
    *push_api.URLS,
    *push_page.URLS,
    *work_api.URLS,
    *work_pages.urls(calendar_page.URLS, talk.URLS),
    *status_api.URLS,
    *titles_api.URLS,
    *access_api.URLS,
    *access_pages.URLS,
    *audit_api.URLS,
    *audit_pages.URLS,
    *live.URLS,
    *health.URLS,
    *versions.URLS,
    *api_page.URLS,
    *api.URLS,
    *classify_page.URLS,
    *consistency_page.URLS,
    *drafting_page.URLS,
    *log_api.URLS,
    *log_page.URLS,
    *paper_page.URLS,
    *broker_page.URLS,
    *market_page.URLS,
    *modes_page.URLS,
    *orders_page.URLS,
    *verify_page.URLS,
    *titles_page.URLS,
    *printing_pages.URLS,
    *office_fees.URLS,
    *office_pages.URLS,
    *counter_desk.URLS,
    *counter_serve.URLS,
    *counter_receipts.URLS,
    *counter_shift.URLS,
    *counter_sync.URLS,
    *ACCOUNTS,
    *entry_grid_page.URLS,
    *entry_new_page.URLS,
    *entry_say_page.URLS,
    *sandbox_page.URLS,
    *sheet_page.URLS,
    *pages.URLS,
]
handler404 = pages.not_found
handler500 = pages.broken
