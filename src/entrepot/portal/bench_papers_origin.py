"""Certificates of origin drawn for measuring: the forms of two agreements as boxes, each with the fields that stand on it."""

from collections.abc import Sequence

from entrepot.gateways.extract import as_text
from entrepot.portal.bench_papers_drawn import Canvas, Column, Drawn, Trade, Truth, draw_table, made_up

_CRITERIA = ("CTC", "PE", "WO", "RVC")
_ROUTE = (("Departure Date:", "2026-06-22"), ("Port of Discharge:", "Osaka, Japan"))


def _box(canvas: Canvas, edges: tuple[float, float, float, float], head: Sequence[str], values: Sequence[str]) -> None:
    x0, y0, x1, y1 = edges
    canvas.box(x0, y0, x1, y1)
    for at, text in enumerate(head):
        canvas.write(x0 + 4, y0 + 10 + 9 * at, text, 7)
    for at, text in enumerate(values):
        canvas.write(x0 + 4, y0 + 14 + 9 * len(head) + 12 * at, text)


def _proof(trade: Trade, number: str, agreement: str, criterion: str, issued: str) -> Truth:
    """What stands on both forms of the proof itself, the parties, the route and the lines."""
    keys = [str(at) for at in range(1, len(trade.lines) + 1)]
    truth: Truth = {
        ("origin.proof", number, "key"): number,
        ("origin.proof", number, "agreement"): agreement,
        ("origin.proof", number, "form"): "certificate",
        ("origin.proof", number, "issued_on"): issued,
        ("origin.proof", number, "criterion"): criterion,
        ("origin.proof", number, "lines"): as_text(tuple(keys)),
        ("origin.proof", number, "hs6"): as_text(
            {key: line.hs[:6] for key, line in zip(keys, trade.lines, strict=True)}
        ),
        ("trade.party", "exporter", "name"): trade.seller[0],
        ("trade.party", "exporter", "address"): trade.seller[2],
        ("trade.party", "importer", "name"): trade.buyer[0],
        ("trade.party", "importer", "address"): trade.buyer[1],
        ("transport.plan", "", "loading_on"): "2026-06-22",
        ("transport.plan", "", "discharge_port"): "JPOSA",
        ("trade.terms", "", "invoice_no"): trade.invoice_no,
        ("trade.terms", "", "invoice_date"): trade.day,
    }
    for key, line in zip(keys, trade.lines, strict=True):
        truth |= {
            ("goods.line", key, "description"): line.description,
            ("goods.line", key, "packages"): str(line.packages),
            ("goods.line", key, "package_type"): "cartons",
            ("goods.line", key, "hs"): line.hs[:6],
        }
    return truth


def _rcep_columns(trade: Trade, criterion: str) -> tuple[Column, ...]:
    """Boxes 6 to 13."""
    return (
        Column(("6.", "Item", "number"), 30, 36, lambda at, _: str(at)),
        Column(("7. Marks", "and", "numbers on", "packages"), 66, 46, lambda _, __: "N/M"),
        Column(
            ("8. Number and", "kind of packages;", "and description of", "goods"),
            112,
            155,
            lambda _, one: f"{one.packages} cartons of {one.description}",
        ),
        Column(
            ("9. HS Code of", "the goods", "(6 digit-level)"), 267, 58, lambda _, one: f"{one.hs[:4]}.{one.hs[4:6]}"
        ),
        Column(("10. Origin", "Conferring", "Criterion"), 325, 50, lambda _, __: criterion),
        Column(("11. RCEP", "Country", "of Origin"), 375, 47, lambda _, __: "CHINA"),
        Column(
            ("12. Quantity (Gross", "weight or other", "measurement), and", "value (FOB) where", "RVC is applied"),
            422,
            75,
            lambda _, one: f"{one.quantity} PCS",
        ),
        Column(
            ("13. Invoice", "number(s) and", "date of", "invoice(s)"),
            497,
            68,
            lambda _, __: f"{trade.invoice_no} {trade.day}",
        ),
    )


def rcep_certificate(seed: int) -> Drawn:
    """Form RCEP: seventeen boxes, heads of five lines over narrow columns, the pieces of each line certified."""
    trade = made_up(seed, 3)
    number, criterion = f"RC26{seed:06}00{seed % 90 + 10}", _CRITERIA[seed % 4]
    canvas = Canvas()
    canvas.write(297, 40, "CERTIFICATE OF ORIGIN", 13, bold=True, side="middle")
    canvas.write(297, 55, "Form RCEP", 10, side="middle")
    _box(
        canvas,
        (30, 65, 300, 125),
        ("1. Goods Consigned from (Exporter's name, address and", "country)"),
        (trade.seller[0], trade.seller[2]),
    )
    _box(canvas, (300, 65, 565, 125), (), ())
    canvas.write(306, 82, f"Certificate No.: {number}")
    canvas.write(306, 105, "Issued in THE PEOPLE'S REPUBLIC OF CHINA", 8)
    _box(
        canvas,
        (30, 125, 300, 180),
        ("2. Goods Consigned to (Importer's/Consignee's name,", "address, country)"),
        trade.buyer,
    )
    _box(canvas, (300, 125, 565, 180), ("3. Producer's name, address and country (if known)",), ("CONFIDENTIAL",))
    _box(canvas, (30, 180, 300, 250), ("4. Means of transport and route (if known)",), [f"{a} {b}" for a, b in _ROUTE])
    _box(canvas, (300, 180, 565, 250), ("5. For Official Use",), ())
    y = draw_table(canvas, 250, _rcep_columns(trade, criterion), list(enumerate(trade.lines, 1)), 34, True, 7.5)
    _box(canvas, (30, y, 565, y + 35), ("14. Remarks",), ())
    _box(
        canvas,
        (30, y + 35, 297, y + 130),
        ("15. Declaration by the exporter or producer", "The details above are correct."),
        (),
    )
    canvas.write(40, y + 110, f"Wuhan, China, {trade.day}")
    _box(canvas, (297, y + 35, 565, y + 130), ("16. Certification", "The goods meet the rules of the agreement."), ())
    canvas.write(305, y + 110, "WUHAN, CHINA, JUNE 20, 2026")
    truth = _proof(trade, number, "RCEP", criterion, "2026-06-20")
    quantities = {str(at): f"{line.quantity}" for at, line in enumerate(trade.lines, 1)}
    truth[("origin.proof", number, "quantities")] = as_text(quantities)
    for key, quantity in quantities.items():
        truth |= {
            ("goods.line", key, "origin"): "CHN",
            ("goods.line", key, "quantity"): quantity,
            ("goods.line", key, "unit"): "PCS",
        }
    return Drawn("RCEP certificate", canvas.done(), truth)


def form_e(seed: int) -> Drawn:
    """Form E: thirteen boxes, codes under the goods, gross weights."""
    trade = made_up(seed, 2)
    number, criterion = f"E26470{seed:06}00{seed % 90 + 10}", _CRITERIA[(seed + 1) % 4]
    canvas = Canvas()
    canvas.box(30, 40, 565, 250)
    exporter = ("1. Products consigned from (Exporter's business name,", "address, country)")
    _box(canvas, (30, 40, 300, 105), exporter, (trade.seller[0], trade.seller[2]))
    canvas.write(310, 58, f"Reference No. {number}")
    canvas.write(432, 78, "ASEAN-CHINA FREE TRADE AREA", 10, side="middle")
    canvas.write(432, 92, "CERTIFICATE OF ORIGIN", 11, bold=True, side="middle")
    canvas.write(432, 106, "FORM E", 11, side="middle")
    _box(canvas, (30, 105, 300, 170), ("2. Products consigned to (Consignee's name, address,", "country)"), trade.buyer)
    _box(
        canvas,
        (30, 170, 300, 250),
        ("3. Means of transport and route (as far as known)",),
        [f"{a} {b}" for a, b in _ROUTE],
    )
    _box(canvas, (300, 170, 565, 250), ("4. For Official Use",), ())
    columns = (
        Column(("5. Item", "number"), 30, 45, lambda at, _: str(at)),
        Column(("6. Marks and", "numbers on", "packages"), 75, 57, lambda _, __: "N/M"),
        Column(
            ("7. Number and type of packages,", "description of products (including", "quantity and HS number)"),
            132,
            185,
            lambda _, one: f"{one.packages} cartons of {one.description} HS Code: {one.hs[:4]}.{one.hs[4:6]}",
        ),
        Column(("8. Origin criteria", "(see notes)"), 317, 66, lambda _, __: f'"{criterion}"'),
        Column(
            (
                "9. Gross weight or net",
                "weight or other quantity,",
                "and value (FOB) only when",
                "RVC criterion is applied",
            ),
            383,
            102,
            lambda _, one: f"{one.gross} KGS G.W.",
        ),
        Column(("10. Number, date of", "Invoices"), 485, 80, lambda _, __: f"{trade.invoice_no} {trade.day}"),
    )
    y = draw_table(canvas, 250, columns, list(enumerate(trade.lines, 1)), 40, True, 8)
    _box(
        canvas,
        (30, y, 297, y + 110),
        ("11. Declaration by the exporter", "The details above are correct; made in CHINA."),
        (),
    )
    canvas.write(40, y + 90, f"Wuhan, China, {trade.day}")
    _box(canvas, (297, y, 565, y + 110), ("12. Certification", "The declaration is correct."), ())
    canvas.write(305, y + 90, "Wuhan, China, 21 June 2026")
    truth = _proof(trade, number, "ACFTA", criterion, "2026-06-21")
    for at, line in enumerate(trade.lines, 1):
        truth[("goods.line", str(at), "gross_kg")] = str(line.gross)
    return Drawn("Form E", canvas.done(), truth)


PROOFS = (rcep_certificate, form_e)
