"""The words of printing, in English and Chinese together."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "print_page": Text("Print", "打印"),
    "print_about": Text(
        "Prints of what the dossier says today. Nobody signed them: where somebody must be able to rely on a document, issue it signed.",
        "按案卷当前内容打印，未经签名。如需他人可以信赖的文件，请签发签名文件。",
    ),
    "print_none": Text(
        "Nothing can be printed yet: say the contract, the goods and the packing first.",
        "暂无可打印内容：请先填报合同、商品和包装。",
    ),
    "print_pdf": Text("Print as PDF", "打印为 PDF"),
    "print_sheet": Text("As a spreadsheet", "导出为电子表格"),
    "print_sheet_more": Text(
        "Invoice and packing list as they stand, to be changed and handed in again.",
        "按当前内容生成发票与装箱单，可修改后重新提交。",
    ),
    "templates": Text("Spreadsheet templates", "电子表格模板"),
    "templates_about": Text(
        "Fill it in and hand it in with a trade: what stands in it need not be typed again. Lines and sheets may be added or left out; "
        "other layouts are read too, if their headings are in English or Chinese.",
        "填写后随业务提交，无须重复录入。可增删行和工作表；其他格式只要表头为中文或英文也可读取。",
    ),
    "template_trade": Text("Invoice and packing list (xlsx)", "发票与装箱单（xlsx）"),
}
