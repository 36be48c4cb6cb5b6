"""The act of the portal and its two channels: an enterprise, its broker, a counter without a network, a webhook, and yesterday.

Every public method of `TwoChannels` is a scene and rests on those before it. The firm is another in each play, so that the act may be
played again in the same store.
"""

import hmac
import secrets
import string
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from entrepot.channels import online, window
from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.gateways.sync_client import Portal
from entrepot.kernel.checkdigits import uscc_check
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.enterprise import EnterpriseMandate
from entrepot.portal import sandbox_playing
from entrepot.portal.access import giving, second
from entrepot.portal.audit.as_of import read_as_of
from entrepot.portal.counter.sync_exchange import Exchange
from entrepot.portal.demonstration import channels
from entrepot.portal.demonstration.evidence import Line, Lines
from entrepot.portal.demonstration.story import found
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.push import subscribing
from entrepot.portal.push.events import Filter
from entrepot.portal.push.pushing import Pushing
from entrepot.store.tokens import new_token, revoke_tokens
from entrepot_verify.receipt import verify

BROKER, HALL, CLERK = "example-border-brokers", "example-hall", "clerk"
FORM = "declaration.form"
DIGITS = string.digits


class TwoChannels:
    """The act on a desk of a sandbox store. The counter lives in the folder."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        body = "91420500MA" + "".join(secrets.choice(DIGITS) for _ in range(7))
        self.code = body + str(uscc_check(body + "0"))
        self.firm = Voice("manager", self.code, duties=WORKING | {ADMINISTER})
        self.colleague = Voice("chief accountant", self.code)
        self.broker = Voice("declarant", BROKER)
        self.dossier, self.before = "", datetime.min

    def registered(self) -> Lines:
        """The enterprise says who it is; one digit off is told."""
        last = DIGITS[(DIGITS.index(self.code[-1]) + 1) % 10] if self.code[-1] in DIGITS else "0"
        dossier = giving.own_dossier(self.code)
        card = {"name": "Example Riverside Trading Co., Ltd. (fictitious)", "country": "CHN"}
        opened = Draft("dossier.opened", {"kind": "enterprise", "reference": self.code})
        wrong = self._refused(
            dossier, [opened, Draft("enterprise.card", card | {"uscc": self.code[:-1] + last})], self.firm
        )
        self.desk.say(dossier, [opened, Draft("enterprise.card", card | {"uscc": self.code})], self.firm)
        return (
            _checked(f"{self.code[:-1]}{last}: {wrong.en}", wrong.zh, not wrong.en, False),
            _told(f"registered as {self.code}", f"已登记：{self.code}"),
        )  # fmt: skip

    def mandated(self) -> Lines:
        """A mandate opens the firm's trade to the broker; what the broker sends needs two persons."""
        self.dossier = sandbox_playing.begin_example(self.desk, "acid", self.firm)
        closed = self._sees(self.broker)
        agreed = EnterpriseMandate(BROKER, "broker", self.desk.today(), may_send=True)
        number = giving.give(self.desk, self.firm, agreed).number
        giving.set_rules(self.desk, self.firm, [FORM])
        (said,) = self.desk.say(
            self.dossier, [Draft("declaration.particulars", {"reference": "BR-7"})], self.broker
        ).said
        self.before = self.desk.store.clock()
        first = self._sent()
        digest = second.look(self.desk, self.dossier, FORM, self.colleague).digest
        second.decide(self.desk, self.dossier, FORM, digest, self.colleague, "confirmed", "compared with the papers")
        then = self._sent()
        with self.desk.store.holding(self.dossier) as record:
            under = record.submissions[said].mandate
        return (
            _checked("before the mandate the broker finds no such dossier", "委托之前，报关企业看不到该案卷", closed, False),
            _checked(f"under mandate {number} it does; what it enters bears the number", f"凭委托 {number} 可见，所录内容均注明委托编号",
                     under == number and self._sees(self.broker), True),
            _checked(f"it sends: {first.en}", first.zh, not first.en, False),
            _checked("a colleague of the firm agrees to this very value, and it leaves", "企业另一人复核同一内容后即发出",
                     not then.en, True),
        )  # fmt: skip

    def at_the_counter(self) -> Lines:
        """A counter without a network says and proves; handed over, nothing is lost; a mandate that ended meanwhile is noticed."""
        signed = EnterpriseMandate(HALL, "clerk", self.desk.today())
        number = giving.give(
            self.desk, self.firm, signed, paper=("mandate.pdf", b"%PDF-1.7 a signed mandate (fictitious)")
        ).number
        machine, _ = (new_token(self.desk.store, who, HALL, ("clerk",), "window") for who in ("machine", CLERK))
        with channels.counter(self.folder / "counter", self.desk, "Desk 3") as counter:
            with channels.portal(self.desk) as address:
                Exchange(counter.store, Portal(address, machine)).run()
            clerk = Voice(CLERK, HALL, frozenset({"clerk"}), "window", counter=HALL)
            voice = window.under(clerk, number, self.code)
            event = {"event": "gated in", "day": self.desk.today().isoformat(), "place": "CNYCG"}
            (said,) = counter.say(self.dossier, [Draft("carrier.event", event, "hall-1")], voice).said
            counter.store.integrate()
            proof = verify(counter.receipt(self.dossier, said, voice).encode(), counter.store.log_key)
            giving.revoke(self.desk, self.firm, HALL, number, "we come online now")
            with channels.portal(self.desk) as address:
                report = Exchange(counter.store, Portal(address, machine)).run()
            hidden = b"gated in" not in (self.folder / "counter" / "counter.db").read_bytes()
        revoke_tokens(self.desk.store, HALL)
        review = [one.review for one in report.review if one.id == said]
        return (
            _checked("no network: the clerk enters a paper; its receipt holds offline, by the counter's own key",
                     "断网：窗口录入一份单证，收据可用窗口密钥离线核验",
                     proof.statement is not None and proof.statement["id"] == said, True),
            _checked("the counter's disk, read without its passphrase, says nothing", "无口令无法读取窗口磁盘", hidden, True),
            _checked(f"synced: {report.sent} up, {len(report.refused)} refused", f"已同步：上传 {report.sent} 条",
                     report.whole and not report.refused, True),
            _checked("the mandate was revoked meanwhile: the statement stands, under review", "期间委托已撤销：该陈述保留并待审核",
                     bool(review), True),
        )  # fmt: skip

    def told(self) -> Lines:
        """A webhook tells the firm's own system, signed; another's trade it is never told of."""
        secret = new_token(self.desk.store, "stock system", self.code)
        voice = online.voice_of(self.desk.store, secret)
        assert voice is not None
        self.desk.store.integrate()
        with channels.receiver() as (address, posted):
            asked = subscribing.Asked("webhook", address, "stock", Filter(topics=("customs.*",)))
            made = subscribing.make(self.desk, voice, asked)
            pushing = Pushing(self.desk)
            sandbox_playing.play(self.desk, self.dossier, "release", self.firm)
            self.desk.store.integrate()
            pushing.settle()
            pushing.close()
            subscribing.end(self.desk, self.firm, made.subscription.id)
        revoke_tokens(self.desk.store, self.code)
        headers, data = posted.came[0] if posted.came else ({}, b"{}")
        event = msgspec.json.decode(data)
        words = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + data
        mac = b64encode(hmac.digest(b64decode(made.secret.removeprefix("whsec_")), words, sha256)).decode()
        genuine = f"v1,{mac}" in headers.get("webhook-signature", "").split(" ")
        changed = b64encode(hmac.digest(b64decode(made.secret.removeprefix("whsec_")), words + b" ", sha256)).decode()
        return (
            _checked(f"{len(posted.came)} message: {event.get('type')}; its signature holds", "收到 1 条消息，签名有效",
                     genuine and event.get("rehearsal") is True, True),
            _checked("one byte more, and it does not", "多一个字节即无效", f"v1,{changed}" in headers.get("webhook-signature", ""), False),
        )  # fmt: skip

    def yesterday(self) -> Lines:
        """The sheet as it stood before anything was sent, beside the sheet of now."""
        then = read_as_of(self.desk, self.dossier, self.before, self.firm).reading
        now = self.desk.read(self.dossier, self.firm)
        known = {fact.topic for fact in now.facts} - {fact.topic for fact in then.facts}
        form = found(then, FORM)
        return (
            _told(f"before it was sent: {len(then.facts)} facts, the declaration {form.status.replace('_', ' ') if form else '-'}",
                  f"发送之前：{len(then.facts)} 项事实"),
            _checked(f"known since: {', '.join(sorted(one for one in known if one.startswith('customs.')))}", "此后得知：海关接单与放行",
                     {"customs.acceptance", "customs.release"} <= known, True),
        )  # fmt: skip

    # -- what is asked again and again ----------------------------------------------------------------------------------

    def _refused(self, dossier: str, drafts: list[Draft], voice: Voice) -> Text:
        """Why these cannot be said; empty where they were."""
        try:
            self.desk.say(dossier, drafts, voice)
        except Refusal as refusal:
            return refusal.problems[0].what
        return Text("", "")

    def _sees(self, voice: Voice) -> bool:
        try:
            self.desk.read(self.dossier, voice)
        except NoSuchDossier:
            return False
        return True

    def _sent(self) -> Text:
        """Why the broker may not send the declaration; empty where it left."""
        form = found(self.desk.read(self.dossier, self.broker), FORM)
        try:
            self.desk.send(self.dossier, FORM, form.digest, self.broker)
        except Refusal as refusal:
            return next((one for one in refusal.problems if one.rule == "D035"), refusal.problems[0]).what
        return Text("", "")


def _told(en: str, zh: str) -> Line:
    return Line(Text(en, zh))


def _checked(en: str, zh: str, accepted: bool, promised: bool) -> Line:
    return Line(Text(en, zh), accepted, promised)
