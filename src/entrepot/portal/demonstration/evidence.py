"""What happens in the act of evidence: one sale's documents signed, shown in part, passed on, erased, backed up and watched.

Nothing here prints. Every public method of `Evidence` is a scene and rests on those before it; it gives what happened, line by line,
and of what was checked also what was promised.
"""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.verdict import Verdict
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.portal import (
    disclosing,
    erasing,
    issuing,
    issuing_afterwards,
    issuing_keys,
    setting,
    status_api,
    titles,
    titles_export,
    titles_read,
    verifying,
)
from entrepot.portal.demonstration import offline, watchers
from entrepot.portal.demonstration.story import BANK, CARRIER, CORRIDORS, Story
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.witnessing import Witnessing
from entrepot.store import backup
from entrepot.store.policy import Policy
from entrepot_verify.receipt import trust_in

SALE, NOTIFIED = CORRIDORS[2], CORRIDORS[1]
SEEN_BY_THE_BANK = "bank"
BANK_NAME = "Example Bank (fictitious)"
ORDER = erasing.Order(
    "pipl-consent", "EX-R-12", "the contact withdrew consent", "no declaration was made in this dossier: the duty has not begun"
)  # fmt: skip


class Line(Struct, frozen=True):
    """One thing that happened. `accepted` is what a check came to, None where nothing was checked; `promised` what it must be."""

    text: Text
    accepted: bool | None = None
    promised: bool | None = None

    @property
    def kept(self) -> bool:
        """Whether it came out as promised."""
        return self.accepted == self.promised


def _told(en: str, zh: str) -> Line:
    return Line(Text(en, zh))


def _checked(en: str, zh: str, accepted: bool, promised: bool) -> Line:
    return Line(Text(en, zh), accepted, promised)


Lines = tuple[Line, ...]


class Evidence:
    """The act on a desk of a sandbox store. Files go into the folder, which must be there and empty."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        story = Story(desk)
        self.desk, self.folder = desk, folder
        self.exporter, self.importer = story.exporter(SALE), story.importer(SALE)
        self.bank, self.carrier = story.bank, story.carrier
        self.operator = Voice("officer", "example-region", frozenset({"operator"}))
        self.operator_did = issuing_keys.operator_key(desk).did
        self.document, self.known = "", dict[str, str]()  # of issuers the verifier knows, the name by DID
        self.verifier = folder / "verifier"
        offline.place(self.verifier)

    # -- documents ----------------------------------------------------------------------------------------------------

    def signed_invoice(self) -> Lines:
        """The exporter's key is vouched for, the invoice issued in every form, and checked; then with one digit changed."""
        name, uscc = self._registered()
        held = issuing_keys.make_key(self.desk, self.exporter, name, uscc)
        issuing_keys.vouch(
            self.desk, self.operator, SALE.exporter, held.key, name, uscc, "business licence (fictitious)"
        )
        open_ = issuing.issuable(self.desk, SALE.dossier, self.exporter)
        seen = next(one for one in open_ if one.place == "documents.invoice")
        issued = issuing.issue(self.desk, SALE.dossier, seen.place, seen.digest, self.exporter)
        self.document = issued.document
        self.known = {self.operator_did: "Example Region (fictitious)", held.did: name}
        self.desk.store.integrate()
        for form, (_, ending) in issuing_afterwards.FORMS.items():
            content = issuing_afterwards.bytes_of(self.desk, SALE.dossier, issued.document, form, self.exporter)
            (self.folder / f"invoice.{ending}").write_bytes(content.data)
        (self.folder / "keys.txt").write_text(self.desk.store.log_keys(), encoding="utf-8")
        (self.folder / "root.pem").write_bytes(issuing_afterwards.pdf_authority(self.desk).certificate)
        return (
            _told("invoice.json, invoice.receipt.txt, and invoice.pdf with both inside", "凭证、日志收据，及内含二者的 PDF"),
            self._credential("invoice.json"),
            self._receipt("its receipt, by receipt.py", "其日志收据", "invoice.receipt.txt", "--key", self.desk.store.log_key),
            self._pdf((self.folder / "invoice.pdf").read_bytes(), promised=True),
            self._credential("invoice-changed.json", (b'"93228.00"', b'"98228.00"')),
            self._pdf(_one_digit_changed((self.folder / "invoice.pdf").read_bytes()), promised=False),
        )  # fmt: skip

    def _registered(self) -> tuple[str, str]:
        facts = Story(self.desk).reading(SALE).facts
        party = next(one.value for one in facts if (one.topic, one.key) == ("trade.party", "exporter"))
        return party["name"], party["uscc"]

    def _credential(self, name: str, change: tuple[bytes, bytes] | None = None) -> Line:
        """The credential by the stand-alone verifier, with the status lists beside it; or a changed copy of it."""
        data = (self.folder / "invoice.json").read_bytes()
        if change is not None:
            (self.folder / name).write_bytes(data.replace(*change))
        words = [word for did, called in self.known.items() for word in ("--trust", f"{did}={called}")]
        for one in msgspec.json.decode(data)["credentialStatus"]:
            path = self.folder / f"{one['statusPurpose']}.json"
            path.write_bytes(self._status(one["statusListCredential"]) or b"")
            words += ["--status", str(path)]
        answer = offline.ask(self.verifier / "credential.py", self.folder / name, *words)
        checks = len([one for one in answer.told["checks"] if one["result"] == "holds"])
        alone = "invoice.json, by credential.py in a process that has neither the platform nor a network"
        if change is None:
            return _checked(f"{alone}: {checks} checks hold", f"无平台、无网络：{checks} 项成立", answer.accepted, True)
        return _checked(
            f"USD 93,228 made 98,228 in it: {answer.reason.en}",
            f"改动一位数字：{answer.reason.zh}",
            answer.accepted,
            False,
        )

    def _status(self, url: str) -> bytes | None:
        return status_api.source(self.desk, url)

    def _receipt(self, en: str, zh: str, name: str, *words: str | Path) -> Line:
        """A receipt by the stand-alone verifier, and what is to be called what."""
        answer = offline.ask(self.verifier / "receipt.py", self.folder / name, *words)
        told = answer.told
        if not answer.accepted:
            return _checked(f"{en}: {answer.reason.en}", f"{zh}：{answer.reason.zh}", False, True)
        seen = f", cosigned by {' and '.join(one for one, _ in told['cosigned'])}" if told["cosigned"] else ""
        both = f"，{len(told['cosigned'])} 方联署" if told["cosigned"] else ""
        return _checked(
            f"{en}: entry {told['place']} in a log of {told['size']}{seen}",
            f"{zh}：日志共 {told['size']} 条，位于第 {told['place']} 条{both}", True, True,
        )  # fmt: skip

    def _trusting(self) -> verifying.Trusting:
        """Whom the buyer believes: the log's first key, the operator and the exporter, the certificate above those of PDF keys."""
        keys = (self.folder / "keys.txt").read_bytes()
        root = issuing_afterwards.pdf_authority(self.desk).certificate
        return verifying.Trusting(
            self.desk.store.clock(), trust_in([], [], None, None, [keys]), self.known, (root,), self._status
        )  # fmt: skip

    def _pdf(self, data: bytes, promised: bool) -> Line:
        verdict = verifying.examine(data, self._trusting())
        if promised:
            return _verdict("invoice.pdf, by entrepot verify", "PDF", verdict, True)
        return _verdict("one digit changed in the PDF", "PDF 改动一位数字", verdict, False)

    def shown_in_part(self) -> Lines:
        """The bank is given parties and amounts of the invoice, and checks them."""
        every = disclosing.choices(self.desk, SALE.dossier, self.document, self.exporter)
        given = disclosing.disclose(
            self.desk, SALE.dossier, self.document, self.exporter, to=BANK_NAME, preset=SEEN_BY_THE_BANK
        )
        (self.folder / "for-the-bank.sd-jwt").write_text(given.text, encoding="utf-8")
        says = given.says
        total = f"{says['grandTotal']['currency']} {says['grandTotal']['amount']}"
        verdict = verifying.examine(given.text.encode(), self._trusting())
        hidden = len(every) - len(given.fields)
        return (
            _told(f"for-the-bank.sd-jwt: from {SALE.exporter} to {SALE.importer}, {total}; {len(given.fields)} fields shown, "
                  f"{hidden} kept back",
                  f"出示 {len(given.fields)} 项，保留 {hidden} 项"),
            _verdict("the bank's check", "银行核验", verdict, True),
            _checked("what the goods are and their unit price is not in it", "其中不含品名与单价",
                     not any(word in str(says) for word in ("ushrooms", "netPrice")), True),
        )  # fmt: skip

    # -- the title ----------------------------------------------------------------------------------------------------

    def passed_on(self) -> Lines:
        """The carrier issues the bill to the exporter, who pledges it to the bank; the bank passes it to the buyer."""
        names = {self.exporter: SALE.exporter, self.bank: BANK, self.importer: SALE.importer, self.carrier: CARRIER}
        keys = {voice.organisation: titles.ready(self.desk, voice, name).did for voice, name in names.items()}
        bill = titles_read.drafted(self.desk, self.carrier, SALE.dossier)
        line = msgspec.structs.replace(bill.issuer, name="Example Carrier Line (fictitious)")
        bill = msgspec.structs.replace(bill, law="GBR", issuer=line)  # the carrier adds whose law rules it
        title = titles_read.issue_in_trade(self.desk, self.carrier, bill, SALE.exporter).title
        titles.take(self.desk, self.exporter, title, "endorse_blank")
        # Two transfers, each signed by the holder on the same state of the title: each by itself would stand.
        signed = [
            titles.signed(self.desk, self.exporter, step, keys[SALE.exporter])
            for to in (BANK, CARRIER)
            for step in [titles.prepared(self.desk, self.exporter, title, "transfer", to=to)]
        ]
        first = titles.said(self.desk, self.exporter, title, signed[0])
        second = self._second(title, signed[1])
        titles.take(self.desk, self.bank, title, "transfer", to=SALE.importer)
        data = titles_export.export(self.desk, self.importer, title)
        (self.folder / "title.json").write_bytes(data)
        verdict = verifying.examine(data, self._trusting())
        return (
            _told(f"{bill.number}, issued by {CARRIER}: {SALE.exporter}, then {BANK} (step {first.step}), now {SALE.importer}",
                  "承运人签发：出口商、银行，现由买方持有"),
            second,
            _verdict("title.json, which the buyer keeps", "买方留存的文件", verdict, True),
        )  # fmt: skip

    def _second(self, title: str, body: Mapping[str, object]) -> Line:
        try:
            titles.said(self.desk, self.exporter, title, body)
        except Refusal as refusal:
            what = refusal.problems[0].what
            return _checked(f"a second transfer by {SALE.exporter}: {what.en}", what.zh, False, False)
        return _checked("a second transfer on the same step stood", "第二次转让成立", True, False)

    # -- erasing, keys, backup ----------------------------------------------------------------------------------------

    def erased(self) -> Lines:
        """What was said of a person to notify is erased; the receipt from before still proves that something was said."""
        dossier, voice = NOTIFIED.dossier, Story(self.desk).exporter(NOTIFIED)
        party = {
            "name": "Example contact (fictitious)",
            "address": "an example address, a telephone number",
            "country": "JPN",
        }
        (said,) = self.desk.say(dossier, [Draft("trade.party", party, "notify")], voice).said
        (self.folder / "before.receipt.txt").write_text(self.desk.receipt(dossier, said, voice), encoding="utf-8")
        plan = erasing.plan(self.desk, dossier, ["trade.party/notify"], self.operator, ORDER)
        deed = erasing.erase(self.desk, dossier, ["trade.party/notify"], self.operator, ORDER, plan.digest)
        proof = self.desk.receipt(dossier, deed.said[0], self.operator)
        (self.folder / "erasure.receipt.txt").write_text(proof, encoding="utf-8")
        body = erasing.proof(self.desk, dossier, said, self.operator)["body"]
        gone = "address" not in str([one for one in Story(self.desk).reading(NOTIFIED).facts if one.key == "notify"])
        return (
            _checked("name and address of a contact are gone from the dossier", "联系人姓名与地址已从案卷删除", gone, True),
            self._receipt("the receipt from before still proves", "删除前的收据仍然有效", "before.receipt.txt",
                          "--key", self.desk.store.log_key),
            _told(f"the log says: by {self.operator.organisation}, under {body['law']} {body['article']}, on request {body['request']}",
                  f"日志记载：由 {self.operator.organisation} 依 {body['law']} {body['article']} 删除"),
            self._receipt("the receipt of that", "该记载的收据", "erasure.receipt.txt", "--key", self.desk.store.log_key),
        )  # fmt: skip

    def new_key(self) -> Lines:
        """A new key is handed the log, the old one ends; a receipt from before is checked by whoever knows only the first."""
        store = self.desk.store
        old = store.log_key
        added = store.hand_over()
        store.integrate()
        store.end_key(old.split("+")[1])
        (self.folder / "keys.txt").write_text(store.log_keys(), encoding="utf-8")
        new = store.log_key
        return (
            _told(f"{old.split('+')[1]} handed over to {new.split('+')[1]} at {added.size} entries, both signed; then it ended",
                  f"新旧密钥于 {added.size} 条时共同签署交接，旧密钥随后停用"),
            self._receipt("the receipt from before, for who trusts the first key", "更换前的收据", "invoice.receipt.txt",
                          "--keys", self.folder / "keys.txt"),
        )  # fmt: skip

    def restored(self) -> Lines:
        """A backup, filled into a store of its own: every leaf is recomputed before it becomes one."""
        store, file = self.desk.store, self.folder / "backup.zip"
        # The keys stay where they are: the folder may hold those of other stores of this installation.
        backup.back_up(store.database, file, store.clock(), None, sign=store.sign)
        with backup.opened(file) as held:
            held.verify()
            audit = backup.restore(held, self._copy(), store.clock())
        return (
            _checked(f"backup.zip restored, {audit.erased} erased: {audit.leaves} leaves, {audit.checkpoints} checkpoints, "
                     f"{audit.documents} papers recomputed, {len(audit.differences)} differ", f"逐条重算，不符 {len(audit.differences)} 处",
                     audit.whole, True),
        )  # fmt: skip

    def _copy(self) -> str:
        return f"sqlite:///{self.folder / 'copy.sqlite3'}"

    # -- watched ------------------------------------------------------------------------------------------------------

    def watched(self) -> Lines:
        """Two witnesses cosign. Then somebody with the platform's key shows them the restored copy, which says another arrival."""
        store = self.desk.store
        arrived = self._arrival(self.desk, "2026-05-22")
        store.integrate()
        with watchers.witnesses(self.folder / "witnesses", store.log_key) as text:
            policy = Policy.parse(text.encode())
            (self.folder / "policy.txt").write_text(text, encoding="utf-8")
            states = Witnessing(store, policy).round()
            receipt = store.receipt(arrived, policy)
            (self.folder / "arrival.receipt.txt").write_text(receipt, encoding="utf-8")
            refused = self._lie(policy)
        store.export_log(self.folder / "log")
        return (
            _checked(f"two witnesses, of a bank and a chamber, cosigned the log of {states[0].size} entries", "银行与商会的见证方已联署",
                     all(one.trouble is None for one in states), True),
            self._receipt("the ship's arrival, for who asks for both", "到港收据", "arrival.receipt.txt",
                          "--policy", self.folder / "policy.txt"),
            refused,
            *self._monitored(),
        )  # fmt: skip

    def _arrival(self, desk: Desk, day: str) -> str:
        event = {"event": "discharged", "day": day, "place": "JPYOK"}
        return desk.say(SALE.dossier, [Draft("carrier.event", event, key=f"{CARRIER}-2")], self.carrier).said[0]

    def _lie(self, policy: Policy) -> Line:
        """The copy, under the same key, says that the ship came a week later, and asks the same witnesses."""
        with closing(setting.open_store(self._copy(), "sandbox")) as store:
            self._arrival(Desk(store, self.desk.law, self.desk.registry), "2026-05-29")
            store.integrate()
            states = Witnessing(store, policy).round()
            store.export_log(self.folder / "lying-copy")
        for left in self.folder.glob("copy.sqlite3*"):  # it is never to run beside the store that it came from
            left.unlink()
        status = "422" if all("(422)" in one.trouble.en for one in states if one.trouble) else "?"
        return _checked(
            f"the copy, under the same key, with another day: both witnesses refuse it ({status}) and keep the proof",
            "同一密钥下改写到港日的副本：见证方拒绝并留存证据", any(one.trouble is None for one in states), False,
        )  # fmt: skip

    def _monitored(self) -> Lines:
        """A monitor that compares the two, and the proof that it keeps, checked."""
        first = (self.folder / "keys.txt").read_text(encoding="utf-8").partition("\n")[0]
        done = watchers.run(
            "monitor", self.folder / "log", "--folder", self.folder / "monitor", "--key", first,
            "--beside", self.folder / "lying-copy", "--once",
        )  # fmt: skip
        fork = next((line.split(" | ") for line in done.stdout.splitlines() if line.startswith("FORK")), None)
        if fork is None:
            return (
                _checked(f"the monitor found no fork: {done.stdout}{done.stderr}", "监测方未发现分叉", False, True),
            )
        proven = watchers.run("proof", fork[-1], "--key", self.desk.store.log_key)
        return (
            _told(f"a monitor compares the two: FORK, {fork[2].partition(';')[0]}", fork[3].partition("；")[0]),
            _checked("its file proves the lie to anybody, by entrepot-witness proof", "其证据文件可由任何人核验",
                     proven.stdout.startswith("PROVEN"), True),
        )  # fmt: skip


def _verdict(en: str, zh: str, verdict: Verdict, promised: bool) -> Line:
    """A verdict in one line: how many checks hold, or why it fails."""
    failed = [one for one in verdict.checks if one.result == "fails"]
    held = sum(one.result == "holds" for one in verdict.checks)
    if failed:
        name, reason = failed[0].name, failed[0].reason
        return _checked(f"{en}: {name.en}: {reason.en}", f"{zh}：{name.zh}：{reason.zh}", verdict.accepted, promised)
    return _checked(f"{en}: {held} checks hold", f"{zh}：{held} 项成立", verdict.accepted, promised)


def _one_digit_changed(data: bytes) -> bytes:
    """The PDF with one digit of its date changed, lengths and places as they were."""
    place = data.index(b"/CreationDate") + len(b"/CreationDate (D")
    place = next(at for at in range(place, len(data)) if data[at : at + 1] == b"2")
    return data[:place] + b"1" + data[place + 1 :]
