"""The head of the declaration: what is said, and what follows from it."""

from datetime import date

import msgspec

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE
from entrepot.kernel.vocabulary.customs import ENTRY, PARTICULARS, Entry, Particulars
from entrepot.kernel.vocabulary.decisions import REGION, Header
from entrepot.kernel.vocabulary.trade import PACKING, PARTS, PARTY, TERMS, TRANSPORT, Packing, Party, Terms, Transport
from entrepot.modules.declaration.rules.earlier import Said, completed, usual
from entrepot.modules.declaration.rules.said import each, path_of, whole

CHINA = "CHN"
TERM = Text("trade term code", "成交方式代码")
DESTINATION = Text("country of destination", "运抵国")
LEVY = Text("nature of levy", "征免性质")
DUTY_MODE = Text("duty mode", "征减免税方式")
REGION_STEP = Text("domestic source region", "境内货源地")


def assess_header(case: Case) -> Answer:
    """Draw the head: flow, day, mode with its marks, levy, trade term, countries, region."""
    if (parts := case.get(PARTS)) is not None:
        told = ", ".join(parts.dossiers)
        return not_applicable(Text(f"declared in parts: {told}", f"已分单申报：{told}"))
    parties = each(case, PARTY)
    particulars, terms, transport = whole(case, PARTICULARS), whole(case, TERMS), whole(case, TRANSPORT)
    if not parties and particulars is None and transport is None:
        terms = terms or case[TERMS]
    entry = case.get(ENTRY)
    if particulars is None and _elsewhere(parties, transport, entry):
        return not_applicable(Text("the goods neither leave nor enter China", "货物既不从中国出口，也不进口至中国"))
    derived: dict[str, str] = {}
    if particulars is None:
        particulars = Particulars()
        derived["header.flow"] = "nothing else said: export"
    terms, transport = terms or Terms(), transport or Transport()
    draft = _Deriving(case, particulars, parties, derived)
    destination = draft.destination(transport)
    taken, sources = usual(case, _said(case, particulars, transport, parties, destination, draft.day))
    if sources:
        derived |= sources
        particulars, transport = completed(particulars, taken.particulars), completed(transport, taken.transport)
        draft = _Deriving(case, particulars, {**parties, **taken.parties}, derived)
        destination = destination or draft.destination(transport)
    mode = case.read("CN/supervision_modes", draft.day, code=particulars.supervision_mode)
    levy = draft.levy()
    header = Header(
        flow=particulars.flow,
        day=draft.day,
        mode=particulars.supervision_mode,
        levy=levy,
        duty_mode=draft.duty_mode(levy),
        trade_term=draft.trade_term(terms),
        destination=destination,
        final_country=draft.final_country(destination, entry.country if entry is not None else ""),
        trade_country=draft.trade_country(transport),
        domestic_region=draft.domestic_region(),
        admin_region=particulars.admin_region,
        licence_no=particulars.licence_no,
        simplified=particulars.simplified,
        derived=derived,
        usual=taken,
    )
    if mode is None:
        return found(header)
    marks = {name: bool(mode[name]) for name in ("free", "bonded", "processing", "paired")}
    return found(msgspec.structs.replace(header, mode_known=True, mode_flow=mode["flow"], **marks))


def _said(
    case: Case,
    particulars: Particulars,
    transport: Transport,
    parties: dict[str, Party],
    destination: str,
    day: date,
) -> Said:
    """What is said of the head so far, on what papers disagree, and before which day an earlier declaration must be accepted."""
    taken = [acceptance.accepted_on for acceptance in (case.get(ACCEPTANCE) or {}).values()]
    flow = particulars.flow
    disputed = {
        path_of(topic, conflict.field, key, flow)
        for topic in (PARTICULARS, TRANSPORT, PACKING, PARTY)
        for key, conflicts in case.conflicts(topic).items()
        for conflict in conflicts
    }
    if destination:
        transport = msgspec.structs.replace(transport, destination_country=destination)
    return Said(
        flow,
        particulars,
        transport,
        whole(case, PACKING) or Packing(),
        parties,
        destination,
        disputed,
        min([day, *taken]),
    )


def _elsewhere(parties: dict[str, Party], transport: Transport | None, entry: Entry | None) -> bool:
    """Whether all that is said of where the goods come from and go to is said of other countries than China."""
    sells, buys = parties.get("exporter", Party()).country, parties.get("importer", Party()).country
    carriage = transport or Transport()
    start = carriage.loading_port[:2]
    goals = {buys, carriage.destination_country, "" if entry is None else entry.country} - {""}
    return sells not in ("", CHINA) and start not in ("", "CN") and bool(goals) and CHINA not in goals


def levies_of(case: Case, mode: str, unconditional: bool, day: date) -> tuple[str, ...]:
    """The natures of levy that go with a mode; of several, if so asked, those that no condition is put on."""
    found = {row.keys["levy"]: row for row in case.rows("CN/mode_levy", day, mode=mode)}
    plain = [levy for levy, row in found.items() if not row.values.get("condition")]
    return tuple(plain if unconditional and len(found) > 1 else found)


class _Deriving:
    """What is derived for the head, each with its line of working and its note of what it follows from."""

    def __init__(
        self, case: Case, particulars: Particulars, parties: dict[str, Party], derived: dict[str, str]
    ) -> None:
        self.case, self.said, self.parties, self.derived = case, particulars, parties, derived
        self.day = particulars.declared_on or case.today
        self.overseas = parties.get("importer" if particulars.flow == "E" else "exporter", Party())

    def trade_term(self, terms: Terms) -> str:
        """The code of the declaration under which the Incoterms rule falls; as said where no rule is."""
        if not terms.incoterm:
            return self.said.trade_term
        row = self.case.read("incoterms/risk", self.day, rule=terms.incoterm.upper())
        if row is None:
            return ""
        code = str(row["customs_term"])
        self.case.step(TERM, f"{terms.incoterm} → {code}", code, incoterm=terms.incoterm)
        self.derived["header.trade_term"] = f"Incoterm {terms.incoterm}"
        return code

    def destination(self, transport: Transport) -> str:
        """The country the goods arrive in: as said, or that in which the port of discharge lies."""
        if transport.destination_country or self.said.flow == "I":
            return transport.destination_country
        port = transport.discharge_port
        named = [party.country for party in self.parties.values() if party.country]
        entry = self.case.get(ENTRY)
        if entry is not None:
            named.append(entry.country)
        for country in sorted({*named, *(leg.country for leg in transport.legs)}):
            row = self.case.read("CN/countries", self.day, code=country)
            if port and row is not None and row["alpha2"] == port[:2]:
                self.case.step(DESTINATION, f"{port[:2]} = {country}", country, discharge_port=port)
                self.derived["header.destination_country"] = f"port of discharge {port}"
                return country
        place = self.case.read("unlocode/places", self.day, code=port) if port else None
        if place is None:
            return ""
        self.case.step(DESTINATION, f"{port} lies in {place['country']}", place["country"], discharge_port=port)
        self.derived["header.destination_country"] = f"port of discharge {port}"
        return str(place["country"])

    def final_country(self, destination: str, entered: str) -> str:
        """The country of final destination: where the buyer enters the goods, else where they arrive."""
        if self.said.flow == "I":
            return ""
        basis = f"import.entry {entered}" if entered else f"country of destination {destination}"
        if entered or destination:
            self.derived["header.final_country"] = basis
        return entered or destination

    def trade_country(self, transport: Transport) -> str:
        """The country of the party traded with."""
        said = self.said.trade_country or transport.trade_country
        if not said and self.overseas.country:
            self.derived["header.trade_country"] = f"country of {self.overseas.name or 'the overseas party'}"
        return said or self.overseas.country

    def levy(self) -> str:
        """The nature of levy: as said, or the only one that goes with the mode - without an exemption certificate, where no record
        is named."""
        if self.said.levy_nature or not self.said.supervision_mode:
            return self.said.levy_nature
        levies = self.case.by_law(levies_of, self.said.supervision_mode, not self.said.record_no, self.day)
        if len(levies) != 1:
            return ""
        basis = f"the only one for mode {self.said.supervision_mode}"
        self.case.step(LEVY, basis, levies[0] or "blank", mode=self.said.supervision_mode)
        self.derived["header.levy_nature"] = basis
        return levies[0]

    def duty_mode(self, levy: str) -> str:
        """The duty mode: as said, or the only one that goes with mode and levy."""
        if self.said.duty_mode or not self.said.supervision_mode:
            return self.said.duty_mode
        row = self.case.read("CN/mode_levy", self.day, mode=self.said.supervision_mode, levy=levy)
        if row is None or len(row["duty_modes"]) != 1:
            return ""
        (mode,) = row["duty_modes"]
        basis = f"the only one for mode {self.said.supervision_mode} and levy {levy or 'blank'}"
        self.case.step(DUTY_MODE, basis, mode, mode=self.said.supervision_mode, levy=levy)
        self.derived["header.duty_mode"] = basis
        return str(mode)

    def domestic_region(self) -> str:
        """Where in China the goods come from: as said, or the only region that the region's pack knows."""
        if self.said.domestic_region or self.said.flow == "I":
            return self.said.domestic_region
        region = self.case.get(REGION)
        if region is None or len(region.domestic_regions) != 1:
            return ""
        (code,) = region.domestic_regions
        self.case.step(REGION_STEP, "the only one of the region", code, region=region.pack)
        self.derived["header.domestic_region"] = f"the only one of {region.name.en}"
        return code
