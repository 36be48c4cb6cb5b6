"""What a printed trade document shows: nothing but texts, in the order in which they stand on the paper.

The words are the caller's: amounts, dates and quantities arrive as they are to be read. The drawing decides places alone.
"""

from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text

Kind = Literal["text", "code", "number"]


class Row(Struct, frozen=True):
    """A labelled value: `Seller 卖方 | Hubei Donghu Chemical Co., Ltd.`; a value may run over several lines."""

    label: Text
    value: str


class Section(Struct, frozen=True):
    """A titled group of rows, two rows side by side where both are short."""

    title: Text
    rows: tuple[Row, ...]


class Column(Struct, frozen=True):
    """A column of a table: `text` breaks between words, `code` anywhere, `number` stands at the right and is never broken."""

    name: Text
    kind: Kind = "text"


class Table(Struct, frozen=True):
    """A table with one text for each column in each line; the totals stand below it and may leave cells empty."""

    title: Text
    columns: tuple[Column, ...]
    lines: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, ...], ...] = ()


class PrintedDocument(Struct, frozen=True):
    """A trade document to be drawn.

    `digest` is the SHA-256 of the credential that is embedded when the document is signed, 64 hexadecimal digits: it stands
    in the foot of the last page and in the QR code, so that page and credential can be compared. `how` tells the reader how
    the document is checked. `date` is written as it shall be read (`2026-03-20`).
    """

    title: Text
    number: str
    date: str
    issuer: str
    document_id: str
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Text, ...] = ()
    how: Text = Text(
        "Signed electronically. The signed content and its receipt are attached to this file. Check the file with the command "
        "`entrepot verify`, or the attachments on the page /verify; neither asks you to trust the platform.",
        "本文件经电子签名，签名内容及存证收据已附于本文件。可用 `entrepot verify` 命令核验本文件，"
        "或在 /verify 页面核验其附件，均无须信任平台。",
    )
    digest: str = ""
