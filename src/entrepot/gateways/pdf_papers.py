"""A PDF as a paper: the invoice data attached to it, else the words of its pages, else its pages as pictures."""

from datetime import date

from entrepot.gateways import pdf, scans
from entrepot.gateways.bounds import too_many
from entrepot.gateways.extract import Found
from entrepot.gateways.pages import Page, read_pages
from entrepot.gateways.pictures import Progress
from entrepot.gateways.spreadsheet import Headings
from entrepot.gateways.xml_papers import read_xml
from entrepot.kernel.intake import Refusal


def read_pdf(data: bytes, today: date, headings: Headings, progress: Progress) -> tuple[str, str, Found]:
    """Format (`PDF`, or `PDF with CII XML` where its own data were read), kind and what was found."""
    found = Found(today, asks=True)
    with pdf.opened(data) as document:
        for name, inside in pdf.attachments(document):
            try:
                form, kind, read = read_xml(inside, today)
            except Refusal as refused:
                why = refused.problems[0]
                found.left(f"attached {name[:80]}: {why.what.en}", f"附件 {name[:80]}：{why.what.zh}")
            else:
                read.left(
                    f"read from the attached {name[:80]}; the pages were not compared with it",
                    f"读取自附件 {name[:80]}，未与页面核对",
                )
                return f"PDF with {form}", kind, read
        count = len(document)
        pages: dict[int, Page] = {}
        for number in range(1, count + 1):
            page = pdf.read_page(document, number)
            if page is not None:
                pages[number] = page
    pictured = [number for number in range(1, count + 1) if number not in pages]
    if len(pictured) > scans.MAX_PICTURES:
        raise too_many("file", "pages without text", "无文字页数", scans.MAX_PICTURES)
    for done, number in enumerate(pictured):
        progress(done, len(pictured))
        with pdf.opened(data) as document:
            image = pdf.picture(document, number)
        pages[number] = scans.read_picture(image, number)
    return "PDF", *read_pages([pages[number] for number in sorted(pages)], found, headings)
