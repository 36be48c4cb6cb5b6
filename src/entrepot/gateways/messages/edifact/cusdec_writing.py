"""Writing a declaration as a CUSDEC message."""

from entrepot.gateways.messages.cn.writing import client_number
from entrepot.gateways.messages.edifact import codes
from entrepot.gateways.messages.edifact.syntax import Writing, chunks
from entrepot.gateways.messages.message import Envelope, Written
from entrepot.gateways.messages.state import document_code
from entrepot.gateways.messages.taking import Taking, plain_number
from entrepot.gateways.messages.wco.names import reference_of
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.vocabulary.trade import Party

_TEXT = (70, 5)  # 4440: pieces of 70 characters, five of them
_NAME = (35, 5)
_STREET = (35, 4)
_MARKS = (35, 10)


class CusdecFormat:
    """UN/EDIFACT CUSDEC, directory D.99B, with code lists of our own where the directory has no code."""

    name = "cusdec"
    media_type = "application/edifact"
    extension = "edi"

    def write(self, declaration: Declaration, envelope: Envelope) -> Written:
        """The declaration as an interchange of one message; an amendment replaces the declaration that it names."""
        writing = _Declaration(declaration)
        writing.head(envelope)
        writing.lines()
        data = writing.out.close(
            codes.DIRECTORY,
            client_number(envelope.message)[-14:],
            envelope.sender,
            envelope.receiver,
            envelope.prepared_at,
        )
        return Written(data, self.media_type, writing.take.lost())

    def write_cancellation(self, cancellation: Cancellation, envelope: Envelope) -> Written:
        """The request to give a declaration up."""
        out = Writing()
        out.add("BGM", "", reference_of(envelope.message), codes.FUNCTIONS["cancel"])
        out.add("DTM", (codes.PREPARED, f"{cancellation.asked_on:%Y%m%d}", "102"))
        lost: tuple[Text, ...] = ()
        for code, text in ((codes.KIND, cancellation.kind), (codes.REASON, cancellation.reason)):
            pieces = chunks(text, *_TEXT)
            out.add("FTX", "CUS", "", (code, "", codes.AGENCY), pieces)
            if "".join(pieces) != text:
                lost = (Text(f"cut after 350 characters: {text}", f"超过 350 个字符已截断：{text}"),)
        out.add("RFF", (codes.NUMBER, cancellation.declaration or envelope.declaration))
        out.add("UNS", "D")
        out.add("UNS", "S")
        data = out.close(
            codes.DIRECTORY,
            client_number(envelope.message)[-14:],
            envelope.sender,
            envelope.receiver,
            envelope.prepared_at,
        )
        return Written(data, self.media_type, lost)


class _Declaration:
    """One declaration being written, segment by segment in the order of the directory."""

    def __init__(self, declaration: Declaration) -> None:
        self.form, self.take, self.out = declaration, Taking(declaration), Writing()

    def head(self, envelope: Envelope) -> None:
        out, take, flow = self.out, self.take, self.form.flow
        take("flow"), take("particulars.flow")
        if take.look("particulars.trade_term") == self.form.trade_term:
            take("particulars.trade_term")
        kind = codes.EXPORT if flow == "E" else codes.IMPORT
        out.add("BGM", kind, reference_of(envelope.message), codes.FUNCTIONS[envelope.function])
        out.add("CST", "", (take("particulars.supervision_mode"), "", codes.AGENCY))
        for path, code in codes.PLACES.items():
            if place := take(path):
                out.add("LOC", code, (place[:25], "", codes.AGENCY) if len(place) <= 25 else ("", "", "", place))
        if envelope.prepared_at:
            out.add("DTM", (codes.PREPARED, envelope.prepared_at[:10].replace("-", ""), "102"))
        for path, code in codes.DAYS.items():
            if day := take(path, None):
                out.add("DTM", (code, f"{day:%Y%m%d}", "102"))
        for path, code in codes.INDICATORS.items():
            if (said := take(path, None)) is not None:
                out.add("GIS", ("Y" if said else "N", code, codes.AGENCY))
        self._boxes()
        for path, code in (("packing.gross_kg", codes.GROSS), ("packing.net_kg", codes.NET)):
            if (weight := take(path, None)) is not None:
                out.add("MEA", "WT", code, ("KGM", plain_number(weight)))
        self._head_texts()
        self._references(envelope, flow)
        self._carriage()
        for key in self.form.attachments:
            if key not in self.form.attachment_lines:
                out.add("DOC", (document_code(key), "", codes.AGENCY), take(f"attachment/{key}"))
        self._parties()
        self._money()

    def text(self, code: str, text: str) -> None:
        """A free text under our code; what is too long for the segment is noted."""
        pieces = chunks(text, *_TEXT)
        if not pieces:
            return
        self.out.add("FTX", "CUS", "", (code, "", codes.AGENCY), pieces)
        if "".join(pieces) != text:
            self.take.note(
                Text(f"FTX {code} cut after 350 characters: {text}", f"FTX {code} 超过 350 个字符已截断：{text}")
            )

    def _boxes(self) -> None:
        for number, container in self.form.containers.items():
            at = f"container/{number}."
            self.out.add(
                "EQD", "CN", number, (self.take(f"{at}size_type"), "", codes.AGENCY) if container.size_type else ""
            )
            for seal in self.take(f"{at}seals", ()):
                self.out.add("SEL", seal)

    def _head_texts(self) -> None:
        take = self.take
        for path, code in codes.HEAD_TEXTS.items():
            self.text(code, take(path))
        self.text(codes.PROCEDURES, ",".join(take("particulars.additional_procedures", ())))
        for name, (qualifier, code) in codes.CHARGES.items():
            charge = take.look(f"charges.{name}", None)
            if charge is not None and (charge.mark != "3" or qualifier == codes.OTHER):
                take(f"charges.{name}")
                self.text(code, f"{charge.mark} {plain_number(charge.value)} {charge.currency}".strip())
        for number in self.form.containers:
            if (weight := take(f"container/{number}.gross_kg", None)) is not None:
                self.text(codes.BOX_WEIGHT, f"{number} {plain_number(weight)}")

    def _references(self, envelope: Envelope, flow: str) -> None:
        out, take = self.out, self.take
        number = take("particulars.declaration_no")
        out.add("RFF", (codes.NUMBER, envelope.declaration or number)) if envelope.declaration or number else None
        for path, code in codes.REFERENCES.items():
            if reference := take(path):
                out.add("RFF", (code, reference))
        if licence := take("particulars.licence_no"):
            out.add("RFF", (codes.LICENCE[flow if flow in codes.LICENCE else "E"], licence))
        if bill := take("transport.bill_no"):
            out.add("RFF", (codes.AIR_WAYBILL if self.form.transport.mode == "5" else codes.BILL, bill))
            if day := take("transport.bill_date", None):
                out.add("DTM", (codes.BILL_DAY, f"{day:%Y%m%d}", "102"))

    def _carriage(self) -> None:
        out, take = self.out, self.take
        packages, kind = take("packing.packages", None), take("packing.package_type")
        if packages is not None or kind:
            out.add("PAC", "" if packages is None else str(packages), "", (kind, "", codes.AGENCY) if kind else "")
        marks = take("packing.marks")
        pieces = chunks(marks, *_MARKS)
        if pieces:
            out.add("PCI", "", pieces)
        if "".join(pieces) != marks:
            self.take.note(Text(f"PCI cut after 350 characters: {marks}", f"PCI 超过 350 个字符已截断：{marks}"))
        ship = ("", "", "", take("transport.conveyance"), take("transport.nationality"))
        voyage, mode = take("transport.voyage"), take("transport.mode")
        if voyage or mode or any(ship):
            out.add("TDT", "20", voyage, mode, "", "", "", "", ship if any(ship) else "")
        if inland := take("transport.inland_mode"):
            out.add("TDT", "1", "", inland)

    def _parties(self) -> None:
        here, there = ("exporter", "importer") if self.form.flow == "E" else ("importer", "exporter")
        for part, path in (
            (here, "domestic_party"),
            (there, "overseas_party"),
            ("owner", "owner"),
            ("declarant", "declarant"),
        ):
            self._party(codes.PARTIES[part], path, getattr(self.form, path))
        for part, party in self.form.other_parties.items():
            if part in codes.OTHER_PARTIES:
                self._party(codes.OTHER_PARTIES[part], f"party/{part}", party)

    def _party(self, code: str, path: str, party: Party) -> None:
        if party == Party():
            return
        take = self.take
        record, name, chinese = take(f"{path}.customs_code"), take(f"{path}.name"), take(f"{path}.name_zh")
        address, country = take(f"{path}.address"), take(f"{path}.country")
        texts = (chunks(chinese, *_NAME), chunks(name, *_NAME), chunks(address, *_STREET))
        self.out.add(
            "NAD", code, (record, "", codes.AGENCY) if record else "", *texts, "", "", "", country
        )  # fmt: skip
        for text, pieces in zip((chinese, name, address), texts, strict=True):
            if "".join(pieces) != text:
                take.note(Text(f"NAD {code} cut: {text}", f"NAD {code} 已截断：{text}"))
        numbers = ((codes.USCC, "", "uscc"), (codes.OTHER, codes.AEO, "aeo"), (codes.OTHER, codes.KNOWN_AS, "number"))
        for qualifier, prefix, field in numbers:
            if said := take(f"{path}.{field}"):
                self.out.add("RFF", (qualifier, prefix + said))

    def _money(self) -> None:
        out, take = self.out, self.take
        if term := take("trade_term"):
            out.add("TOD", "3", "", (term, "", codes.AGENCY))
        if place := take("place"):
            out.add("LOC", codes.TERM_PLACE, ("", "", "", place))
        if (total := take("invoice_total", None)) is not None:
            out.add("MOA", (codes.INVOICE_TOTAL, plain_number(total.amount), total.currency))
        for name, (qualifier, _) in codes.CHARGES.items():
            if (charge := take(f"charges.{name}", None)) is not None:
                out.add("MOA", (qualifier, plain_number(charge.value), charge.currency))

    def lines(self) -> None:
        """The lines and the sums."""
        self.out.add("UNS", "D")
        for place, line in enumerate(self.form.lines, 1):
            self._line(f"line/{place}.", str(line.no))
        self.out.add("UNS", "S")
        self.out.add("CNT", (codes.LINES, str(len(self.form.lines))))

    def _line(self, at: str, no: str) -> None:
        out, take = self.out, self.take
        take(f"{at}no")
        hs = take(f"{at}hs10")
        out.add("CST", no, (hs, "", codes.AGENCY) if hs else "")
        name = take(f"{at}name")
        if pieces := chunks(name, *_TEXT):
            out.add("FTX", "AAA", "", "", pieces)
        if "".join(pieces) != name:
            take.note(Text(f"FTX AAA cut after 350 characters: {name}", f"FTX AAA 超过 350 个字符已截断：{name}"))
        self._line_texts(at)
        for field, code in (("origin_country", codes.ORIGIN), ("final_country", codes.FINAL)):
            if country := take(f"{at}{field}"):
                out.add("LOC", code, country)
        if (dangerous := take(f"{at}dangerous", None)) is not None:
            out.add("GIS", ("Y" if dangerous else "N", codes.DANGEROUS, codes.AGENCY))
        self._measures(at)
        packages, kind = take(f"{at}packages", None), take(f"{at}package_type")
        if packages is not None or kind:
            out.add("PAC", "" if packages is None else str(packages), "", (kind, "", codes.AGENCY) if kind else "")
        for number in take(f"{at}containers", ()):
            out.add("RFF", (codes.BOX, number))
        for number, container in self.form.containers.items():
            if no in container.lines:
                take(f"container/{number}.lines", ())
        for key, lines in self.form.attachment_lines.items():
            if no in lines and key in self.form.attachments:
                take(f"attachment/{key}"), take(f"attachment_lines/{key}", ())
                out.add("DOC", (document_code(key), "", codes.AGENCY), self.form.attachments[key])
        if (total := take(f"{at}total", None)) is not None:
            out.add("MOA", (codes.LINE_TOTAL, plain_number(total.amount), total.currency))
        if (price := take(f"{at}unit_price", None)) is not None:
            out.add("MOA", (codes.UNIT_PRICE, plain_number(price.amount), price.currency))

    def _line_texts(self, at: str) -> None:
        take = self.take
        elements = take(f"{at}elements", ())
        if not take.look(f"{at}spec") and elements:
            self.text(codes.LINE_TEXTS["spec"], "|".join(elements))
        for field, code in codes.LINE_TEXTS.items():
            self.text(code, take(f"{at}{field}"))
        self.text(codes.ATTRIBUTES, ",".join(take(f"{at}attributes", ())))
        price = take.look(f"{at}unit_price", None)
        if price is not None and (price.per != 1 or price.unit != take.look(f"{at}deal_unit")):
            self.text(codes.PRICE_BASE, f"{plain_number(price.per)} {price.unit}".strip())

    def _measures(self, at: str) -> None:
        out, take = self.out, self.take
        for field, code in (("net_kg", codes.LINE_NET), ("gross_kg", codes.LINE_GROSS)):
            if (weight := take(f"{at}{field}", None)) is not None:
                out.add("MEA", "WT", code, ("KGM", plain_number(weight)))
        for field, (unit_field, word) in codes.QUANTITIES.items():
            quantity, unit = take(f"{at}{field}", None), take(f"{at}{unit_field}")
            if quantity is None and not unit:
                continue
            coded = len(unit) <= 3
            said = word if coded or not unit else f"{word} {unit}"
            number = "" if quantity is None else plain_number(quantity)
            out.add("MEA", "AAR", (codes.OTHER, "", "", said), (unit if coded else codes.OTHER, number))
