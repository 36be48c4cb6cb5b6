"""Which days of findings and statements are deadlines: the last day to do something. What was done since ends them."""

from msgspec import Struct

from entrepot.kernel.text import Text


class Due(Struct, frozen=True):
    """A field that holds the last day to do something: what, for whom it waits (roles), and the topics one of which ends it."""

    field: str
    text: Text
    who: tuple[str, ...]
    until: tuple[str, ...] = ()


_SELLER = ("clerk", "exporter")
_BUYER = ("broker", "importer")
_AGENTS = ("broker", "clerk", "exporter", "importer")

DUES: dict[str, tuple[Due, ...]] = {
    "duty.bill": (
        Due("declare_by", Text("declare the import", "进口申报截止"), _BUYER, ("customs.acceptance", "import.entry")),
        Due("pay_by", Text("pay the duties and taxes", "缴纳税款截止"), _BUYER, ("import.formalities",)),
        Due("reclaim_by", Text("reclaim duties paid too much", "申请退税截止"), ("importer",)),
    ),
    "certificate.draft": (
        Due("valid_until", Text("the certificate of origin runs out", "原产地证书到期"), _AGENTS, ("customs.release",)),
    ),
    "rebate.deadlines": (
        Due(
            "claim_routine_end",
            Text("claim the refund (routine end)", "退税申报截止（常规）"),
            _SELLER,
            ("rebate.claim",),
        ),
        Due("fx_deadline", Text("receive the payment from abroad", "收汇截止"), _SELLER, ("bank.receipt",)),
        Due("absolute_limit", Text("claim the refund at all", "退税申报最后期限"), _SELLER, ("rebate.claim",)),
        Due("filing_due", Text("put the documents on file", "备案单证截止"), _SELLER),
    ),
    "customs.notice": (Due("due_by", Text("do what customs wants", "按海关通知办理"), _AGENTS, ("customs.release",)),),
    "declaration.attachment": (
        Due("valid_until", Text("an attached paper runs out", "随附单证到期"), _AGENTS, ("customs.acceptance",)),
    ),
}
