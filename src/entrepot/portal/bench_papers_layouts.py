"""The layouts of the papers that are drawn for measuring: invoices, packing list, bill of lading, certificate, VAT invoice."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from entrepot.gateways.paper_values import plain
from entrepot.kernel.money import money
from entrepot.portal.bench_papers_drawn import Canvas, Column, Drawn, Trade, Truth, draw_table, made_up

Layout = Callable[[int], Drawn]


def _terms(trade: Trade, total: bool = True) -> Truth:
    truth = {
        ("trade.terms", "", "invoice_no"): trade.invoice_no,
        ("trade.terms", "", "invoice_date"): trade.day,
        ("trade.terms", "", "contract_no"): trade.contract_no,
        ("trade.terms", "", "incoterm"): trade.incoterm,
        ("trade.terms", "", "place"): trade.place,
    }
    if total:
        truth |= {
            ("trade.terms", "", "total"): str(trade.total),
            ("trade.terms", "", "currency"): trade.currency,
        }
    return truth


def _parties(trade: Trade, address: bool = True) -> Truth:
    truth = {
        ("trade.party", "exporter", "name"): trade.seller[0],
        ("trade.party", "importer", "name"): trade.buyer[0],
    }
    if address:
        truth |= {
            ("trade.party", "exporter", "address"): trade.seller[2],
            ("trade.party", "importer", "address"): trade.buyer[1],
        }
    return truth


def _priced(trade: Trade, unit: str, hs: bool, chinese: bool = False) -> Truth:
    truth: Truth = {}
    for number, line in enumerate(trade.lines, 1):
        key = str(number)
        truth[("goods.line", key, "description_zh" if chinese else "description")] = (
            line.chinese if chinese else line.description
        )
        truth[("goods.line", key, "quantity")] = str(line.quantity)
        truth[("goods.line", key, "unit")] = unit
        truth[("goods.line", key, "price")] = f"{trade.currency} {line.price}/{unit}"
        truth[("goods.line", key, "amount")] = str(line.amount(trade.currency))
        if hs:
            truth[("goods.line", key, "hs")] = line.hs
    return truth


def grid_invoice(seed: int, stamped: bool = False) -> Drawn:
    """Ruled on all sides, descriptions over two lines, labels in two columns."""
    trade = made_up(seed, 6)
    canvas = Canvas()
    canvas.write(297, 60, "COMMERCIAL INVOICE", 16, bold=True, side="middle")
    left = (("Seller:", trade.seller[0]), ("Address:", ""), ("Buyer:", trade.buyer[0]))
    canvas.write(50, 95, f"{left[0][0]} {trade.seller[0]}")
    canvas.write(50, 108, trade.seller[2])
    canvas.write(50, 130, f"{left[2][0]} {trade.buyer[0]}")
    canvas.write(50, 143, trade.buyer[1])
    for at, (label, value) in enumerate(
        (
            ("Invoice No.:", trade.invoice_no),
            ("Date:", trade.day),
            ("Contract No.:", trade.contract_no),
            ("Terms of Delivery:", f"{trade.incoterm} {trade.place}"),
        )
    ):
        canvas.write(340, 95 + 16 * at, label)
        canvas.write(425, 95 + 16 * at, value)
    columns = (
        Column(("No.",), 45, 30, lambda number, _: str(number)),
        Column(("Description of Goods",), 75, 120, lambda _, line: line.description),
        Column(("HS Code",), 195, 70, lambda _, line: line.hs),
        Column(("Quantity (PCS)",), 265, 80, lambda _, line: f"{line.quantity:,}", True),
        Column((f"Unit Price ({trade.currency})",), 345, 95, lambda _, line: f"{line.price:,}", True),
        Column(
            (f"Amount ({trade.currency})",), 440, 105, lambda _, line: f"{line.amount(trade.currency).amount:,}", True
        ),
    )
    y = draw_table(canvas, 175, columns, list(enumerate(trade.lines, 1)), 18, True)
    canvas.write(78, y + 14, "TOTAL", bold=True)
    canvas.write(542, y + 14, f"{trade.total.amount:,}", bold=True, side="right")
    canvas.write(50, y + 45, "Payment: T/T 30 days after B/L date")
    if stamped:
        canvas.stamp(490, y - 25, "INVOICE SEAL")
    truth = _terms(trade) | _parties(trade) | _priced(trade, "PCS", True)
    truth |= {("trade.terms", "", "payment"): "T/T 30 days after B/L date"}
    return Drawn("stamped invoice" if stamped else "grid invoice", canvas.done(), truth)


def bilingual_invoice(seed: int) -> Drawn:
    """No rules; two-line heads, Chinese over English; bare labels with the value beneath."""
    trade = made_up(seed, 8)
    canvas = Canvas()
    canvas.write(297, 50, trade.seller[1], 15, side="middle")
    canvas.write(297, 72, "商业发票", 14, side="middle")
    canvas.write(297, 90, "COMMERCIAL INVOICE", 12, side="middle")
    canvas.write(50, 120, "卖方 Seller")
    canvas.write(50, 133, trade.seller[0])
    canvas.write(50, 146, trade.seller[2])
    canvas.write(50, 170, "买方 Buyer")
    canvas.write(50, 183, trade.buyer[0])
    canvas.write(50, 196, trade.buyer[1])
    pairs = (("发票号 Invoice No.", trade.invoice_no), ("日期 Date", trade.day), ("合同号 Contract No.", trade.contract_no),
             ("成交方式 Terms", f"{trade.incoterm} {trade.place}"), ("币种 Currency", trade.currency))  # fmt: skip
    for at, (label, value) in enumerate(pairs):
        canvas.write(320, 120 + 16 * at, label)
        canvas.write(420, 120 + 16 * at, value)
    columns = (
        Column(("序号", "No."), 50, 30, lambda number, _: str(number)),
        Column(("品名", "Description"), 80, 170, lambda _, line: line.chinese),
        Column(("数量", "Quantity"), 250, 70, lambda _, line: f"{line.quantity}", True),
        Column(("单位", "Unit"), 330, 40, lambda _, line: "件"),
        Column(("单价", "Unit Price"), 370, 80, lambda _, line: f"{line.price}", True),
        Column(("金额", "Amount"), 455, 90, lambda _, line: f"{line.amount(trade.currency).amount:,}", True),
    )
    y = draw_table(canvas, 230, columns, list(enumerate(trade.lines, 1)), 20, False)
    canvas.write(83, y + 16, "合计 TOTAL")
    canvas.write(542, y + 16, f"{trade.total.amount:,}", side="right")
    truth = _terms(trade) | _parties(trade) | _priced(trade, "件", False, chinese=True)
    return Drawn("bilingual invoice", canvas.done(), truth)


def long_invoice(seed: int) -> Drawn:
    """Several pages: the head on each, sums carried over, pages numbered."""
    trade = made_up(seed, 60)
    canvas = Canvas()
    pages = [list(enumerate(trade.lines, 1))[at : at + 25] for at in range(0, 60, 25)]
    columns = (
        Column(("No.",), 50, 30, lambda number, _: str(number)),
        Column(("Description of Goods",), 80, 190, lambda _, line: line.description),
        Column(("Qty (PCS)",), 270, 70, lambda _, line: f"{line.quantity:,}", True),
        Column(("Unit Price",), 345, 80, lambda _, line: f"{line.price:,}", True),
        Column(("Amount",), 430, 110, lambda _, line: f"{line.amount(trade.currency).amount:,}", True),
    )
    so_far = money(Decimal(0), trade.currency)
    for number, page in enumerate(pages, 1):
        canvas.write(297, 50, "COMMERCIAL INVOICE", 14, bold=True, side="middle")
        canvas.write(50, 75, f"Invoice No.: {trade.invoice_no}")
        canvas.write(300, 75, f"Invoice Date: {trade.day}")
        canvas.write(450, 75, f"Currency: {trade.currency}")
        if number == 1:
            canvas.write(50, 95, f"Exporter: {trade.seller[0]}")
            canvas.write(300, 95, f"Importer: {trade.buyer[0]}")
            canvas.write(50, 110, f"Contract No.: {trade.contract_no}")
            canvas.write(300, 110, f"Delivery Terms: {trade.incoterm} {trade.place}")
        y = draw_table(canvas, 130, columns[:], page, 22, number % 2 == 1)
        so_far = so_far + sum((line.amount(trade.currency) for _, line in page), money(Decimal(0), trade.currency))
        last = number == len(pages)
        canvas.write(83, y + 14, "TOTAL" if last else "Carried forward")
        canvas.write(537, y + 14, f"{so_far.amount:,}", side="right")
        canvas.write(297, 820, f"Page {number} of {len(pages)}", 8, side="middle")
        if not last:
            canvas.next_page()
    return Drawn("long invoice", canvas.done(), _terms(trade) | _parties(trade, False) | _priced(trade, "PCS", False))


def packing_list(seed: int) -> Drawn:
    """A ruled packing list in two languages, with a container and totals."""
    trade = made_up(seed, 7)
    canvas = Canvas()
    canvas.write(297, 60, "装箱单 PACKING LIST", 15, side="middle")
    canvas.write(50, 95, f"Invoice No. 发票号: {trade.invoice_no}")
    canvas.write(330, 95, f"Date 日期: {trade.day}")
    canvas.write(50, 112, f"Container No. 集装箱号: {trade.container}")
    canvas.write(330, 112, f"Shipping Marks 唛头: {trade.contract_no}")
    columns = (
        Column(("No.",), 50, 30, lambda number, _: str(number)),
        Column(("品名 Description",), 80, 170, lambda _, line: line.description),
        Column(("件数 Packages",), 250, 75, lambda _, line: f"{line.packages}", True),
        Column(("净重 N.W. (KGS)",), 325, 105, lambda _, line: f"{line.net:,}", True),
        Column(("毛重 G.W. (KGS)",), 430, 110, lambda _, line: f"{line.gross:,}", True),
    )
    y = draw_table(canvas, 135, columns, list(enumerate(trade.lines, 1)), 20, True)
    sums = (
        (322, sum(line.packages for line in trade.lines)),
        (427, sum(line.net for line in trade.lines)),
        (537, sum(line.gross for line in trade.lines)),
    )
    canvas.write(83, y + 14, "TOTAL 合计")
    for x, amount in sums:
        canvas.write(x, y + 14, f"{amount:,}", side="right")
    truth: Truth = {
        ("trade.terms", "", "invoice_no"): trade.invoice_no,
        ("transport.container", trade.container, "key"): trade.container,
        ("packing.totals", "", "marks"): trade.contract_no,
        ("packing.totals", "", "packages"): str(sums[0][1]),
        ("packing.totals", "", "net_kg"): f"{plain(Decimal(sums[1][1])):f}",
        ("packing.totals", "", "gross_kg"): f"{plain(Decimal(sums[2][1])):f}",
    }
    for number, line in enumerate(trade.lines, 1):
        truth |= {
            ("goods.line", str(number), "description"): line.description,
            ("goods.line", str(number), "packages"): str(line.packages),
            ("goods.line", str(number), "net_kg"): str(line.net),
            ("goods.line", str(number), "gross_kg"): str(line.gross),
        }
    return Drawn("packing list", canvas.done(), truth)


def bill_of_lading(seed: int) -> Drawn:
    """A form of boxes: small labels, values beneath them."""
    trade = made_up(seed, 1)
    line = trade.lines[0]
    canvas = Canvas()
    canvas.write(430, 60, "BILL OF LADING", 15, bold=True, side="middle")
    number = f"COSU{6200000000 + seed}"
    blocks: Sequence[tuple[tuple[float, float, float, float], str, tuple[str, ...]]] = (
        ((40, 80, 310, 140), "Shipper", (trade.seller[0], trade.seller[2])),
        ((40, 140, 310, 200), "Consignee", trade.buyer),
        ((40, 200, 310, 260), "Notify Party", trade.buyer),
        ((310, 80, 555, 140), "B/L No.", (number,)),
        ((310, 140, 555, 200), "Ocean Vessel", ("COSCO HARMONY",)),
        ((310, 200, 430, 260), "Voyage No.", ("027E",)),
        ((430, 200, 555, 260), "Container No.", (trade.container,)),
        ((40, 260, 310, 300), "Port of Loading", ("CNSHA",)),
        ((310, 260, 555, 300), "Port of Discharge", ("JPOSA",)),
    )
    for (x0, y0, x1, y1), label, values in blocks:
        canvas.box(x0, y0, x1, y1)
        canvas.write(x0 + 4, y0 + 11, label, 7)
        for at, value in enumerate(values):
            canvas.write(x0 + 4, y0 + 25 + 13 * at, value)
    columns = (
        Column(("Marks and Numbers",), 40, 110, lambda _, __: "N/M"),
        Column(("No. of Packages",), 150, 95, lambda _, line: f"{line.packages} CTNS"),
        Column(("Description of Goods",), 245, 140, lambda _, line: line.description),
        Column(("Gross Weight (KGS)",), 385, 100, lambda _, line: f"{line.gross:,}"),
        Column(("Measurement",), 485, 70, lambda _, __: "24.5 CBM"),
    )
    draw_table(canvas, 310, columns, [(1, line)], 20, True)
    truth = _parties(trade) | {
        ("trade.party", "notify", "name"): trade.buyer[0],
        ("trade.party", "notify", "address"): trade.buyer[1],
        ("transport.plan", "", "bill_no"): number,
        ("transport.plan", "", "conveyance"): "COSCO HARMONY",
        ("transport.plan", "", "voyage"): "027E",
        ("transport.plan", "", "loading_port"): "CNSHA",
        ("transport.plan", "", "discharge_port"): "JPOSA",
        ("transport.container", trade.container, "key"): trade.container,
        ("packing.totals", "", "packages"): str(line.packages),
        ("packing.totals", "", "package_type"): "CTNS",
        ("packing.totals", "", "gross_kg"): str(line.gross),
    }
    return Drawn("bill of lading", canvas.done(), truth)


def contract(seed: int) -> Drawn:
    """A contract: sentences, a table in the middle, articles beneath."""
    trade = made_up(seed, 3)
    canvas = Canvas()
    canvas.write(297, 60, "SALES CONTRACT 销售合同", 15, side="middle")
    canvas.write(50, 92, f"Contract No.: {trade.contract_no}")
    canvas.write(330, 92, f"Date: {trade.day}")
    canvas.write(50, 112, f"The Seller: {trade.seller[0]}")
    canvas.write(50, 128, f"The Buyer: {trade.buyer[0]}")
    canvas.write(50, 150, "The undersigned agree to the sale of the goods below on the terms that follow:")
    columns = (
        Column(("Commodity",), 50, 180, lambda _, line: line.description),
        Column(("Quantity (SET)",), 230, 90, lambda _, line: f"{line.quantity}", True),
        Column((f"Unit Price ({trade.currency})",), 320, 110, lambda _, line: f"{line.price}", True),
        Column((f"Total Amount ({trade.currency})",), 430, 115, lambda _, line: f"{line.amount(trade.currency).amount:,}", True),
    )  # fmt: skip
    y = draw_table(canvas, 165, columns, list(enumerate(trade.lines, 1)), 18, True)
    canvas.write(53, y + 14, "Total")
    canvas.write(542, y + 14, f"{trade.total.amount:,}", side="right")
    canvas.write(50, y + 40, f"Terms of Delivery: {trade.incoterm} {trade.place}")
    canvas.write(50, y + 56, "Terms of Payment: L/C at sight")
    canvas.write(50, y + 72, "Country of Origin: China")
    canvas.write(50, y + 100, "Either party may call for arbitration within 30 days after arrival of the goods.")
    truth = _parties(trade, False) | _priced(trade, "SET", False)
    truth |= {
        ("trade.terms", "", "contract_no"): trade.contract_no,
        ("trade.terms", "", "contract_date"): trade.day,
        ("trade.terms", "", "incoterm"): trade.incoterm,
        ("trade.terms", "", "place"): trade.place,
        ("trade.terms", "", "payment"): "L/C at sight",
        ("trade.terms", "", "total"): str(trade.total),
        ("trade.terms", "", "currency"): trade.currency,
    }
    truth |= {("goods.line", str(number), "origin"): "CHN" for number in range(1, 4)}
    return Drawn("contract", canvas.done(), truth)


def letter_invoice(seed: int) -> Drawn:
    """As a small firm writes it: labels without colons, codes under the goods, currencies in every cell, totals in words."""
    trade = made_up(seed, 2)
    canvas = Canvas()
    canvas.write(50, 40, trade.seller[0].upper(), 13, bold=True)
    canvas.write(50, 55, f"{trade.seller[2]}  TEL: 027-87654321", 8)
    canvas.write(297, 85, "COMMERCIAL INVOICE", 14, bold=True, side="middle")
    street, _, town = trade.buyer[1].partition(", ")
    rows = (
        ("TO:", trade.buyer[0], "INVOICE NO.", trade.invoice_no),
        ("", f"{street},", "DATE", trade.day),
        ("", town, "S/C NO.", trade.contract_no),
        ("FROM", "CNSHA", "TO", "JPOSA"),
        ("PAYMENT TERMS", "30% T/T IN ADVANCE", "TRADE TERMS", f"{trade.incoterm} {trade.place}"),
    )
    for at, row in enumerate(rows):
        for x, text in zip((50, 130, 330, 430), row, strict=True):
            canvas.write(x, 110 + 15 * at, text)
    heads = (("MARKS &", "NOS."), ("DESCRIPTION OF", "GOODS"), ("QUANTITY",), ("UNIT PRICE",), ("AMOUNT",))
    edges = (50, 120, 300, 370, 450)
    for x, parts in zip(edges, heads, strict=True):
        for at, part in enumerate(parts):
            canvas.write(x, 200 + 11 * at, part, bold=True)
    y = 230.0
    for line in trade.lines:
        canvas.write(120, y, line.description.upper())
        canvas.write(120, y + 11, f"HS CODE: {line.hs}", 8)
        amounts = (
            f"{line.quantity:,} PCS",
            f"{trade.currency} {line.price}",
            f"{trade.currency} {line.amount(trade.currency).amount:,}",
        )
        for x, text in zip(edges[2:], amounts, strict=True):
            canvas.write(x, y, text)
        y += 30
    canvas.write(50, 235, "N/M")
    canvas.rule(45, y, 550, y)
    canvas.write(120, y + 14, "TOTAL:", bold=True)
    canvas.write(450, y + 14, f"{trade.currency} {trade.total.amount:,}")
    canvas.write(50, y + 34, "SAY TOTAL AS ABOVE ONLY.")
    canvas.write(50, y + 54, "TOTAL GROSS WEIGHT: 2,130.5 KGS")
    canvas.write(50, y + 69, "TOTAL NET WEIGHT: 1,980 KGS")
    canvas.write(50, y + 84, "COUNTRY OF ORIGIN: CHINA")
    canvas.write(50, y + 105, "BENEFICIARY'S BANK: BANK OF CHINA, HUBEI BRANCH")
    truth = _terms(trade) | {
        ("trade.party", "importer", "name"): trade.buyer[0],
        ("trade.party", "importer", "address"): trade.buyer[1],
        ("trade.terms", "", "payment"): "30% T/T IN ADVANCE",
        ("transport.plan", "", "loading_port"): "CNSHA",
        ("transport.plan", "", "discharge_port"): "JPOSA",
        ("packing.totals", "", "gross_kg"): "2130.5",
        ("packing.totals", "", "net_kg"): "1980",
    }
    for number, line in enumerate(trade.lines, 1):
        key = str(number)
        truth |= {
            ("goods.line", key, "description"): line.description.upper(),
            ("goods.line", key, "hs"): line.hs,
            ("goods.line", key, "quantity"): str(line.quantity),
            ("goods.line", key, "unit"): "PCS",
            ("goods.line", key, "price"): f"{trade.currency} {line.price}/PCS",
            ("goods.line", key, "amount"): str(line.amount(trade.currency)),
            ("goods.line", key, "origin"): "CHN",
        }
    return Drawn("letter invoice", canvas.done(), truth)


def vat_invoice(seed: int) -> Drawn:
    """A Chinese VAT invoice: buyer on the left, seller on the right, one line of goods; all of it awaits a person."""
    trade = made_up(seed, 1)
    line = trade.lines[0]
    base = money(line.quantity * line.price, "CNY")
    number = f"26422000000{seed:09}"
    canvas = Canvas()
    canvas.write(297, 50, "电子发票（增值税专用发票）", 15, side="middle")
    canvas.write(400, 75, f"发票号码：{number}")
    canvas.write(400, 90, f"开票日期：{trade.day[:4]}年{trade.day[5:7]}月{trade.day[8:]}日")
    canvas.box(40, 105, 555, 150)
    canvas.rule(297, 105, 297, 150)
    canvas.write(50, 122, "名称：荆州外贸进出口有限公司")
    canvas.write(50, 138, "统一社会信用代码/纳税人识别号：91421000615600123A")
    canvas.write(307, 122, f"名称：{trade.seller[1]}")
    canvas.write(307, 138, "统一社会信用代码/纳税人识别号：91420500MA488888XX")
    heads = ("项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率/征收率", "税额")
    tax = money(base.amount * Decimal("0.13"), "CNY")
    row = (line.chinese, "A1", "件", str(line.quantity), str(line.price), str(base.amount), "13%", str(tax.amount))
    edges = (45, 175, 235, 275, 330, 390, 455, 515)
    for x, head, text in zip(edges, heads, row, strict=True):
        canvas.write(x, 170, head, 8)
        canvas.write(x, 190, text, 8)
    canvas.write(45, 220, "合计")
    canvas.write(390, 220, f"¥{base.amount}", 8)
    canvas.write(515, 220, f"¥{tax.amount}", 8)
    canvas.write(45, 245, f"价税合计（小写）¥{base.amount + tax.amount}")
    truth = {
        "line": "", "document": "special_vat_invoice", "number": number, "supplier": trade.seller[1], "base": str(base),
        "buyer": "荆州外贸进出口有限公司", "vat_rate": "0.13", "quantity": str(line.quantity),
        "invoiced_quantity": str(line.quantity), "unit": "件", "issued_on": trade.day, "goods": line.chinese,
    }  # fmt: skip
    return Drawn("VAT invoice", canvas.done(), {("goods.cost", number, field): text for field, text in truth.items()})


LAYOUTS: tuple[Layout, ...] = (
    grid_invoice, bilingual_invoice, long_invoice, packing_list, bill_of_lading, contract, letter_invoice,
    lambda seed: grid_invoice(seed, stamped=True),
)  # fmt: skip


def drawn(seeds: Sequence[int], layouts: Sequence[Layout] = LAYOUTS) -> Iterator[Drawn]:
    """Every layout, once for each seed."""
    for seed in seeds:
        for layout in layouts:
            yield layout(seed)
