"""Guards against hostile files: how big, how deep, how many; checked before a parser sees a byte it could choke on.

Every guard raises Refusal (kernel.intake) with the bound that was passed. The bounds are far above any real trade paper.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from entrepot.gateways.extract import refusal
from entrepot.kernel.text import Text

MAX_BYTES = 20 << 20
MAX_DEPTH = 64
MAX_NODES = 200_000
MAX_JSON_VALUES = 1_000_000
MAX_ZIP_ENTRIES = 1_000
MAX_EXPANDED = 100 << 20
MAX_RATIO = 200
MAX_SHEETS = 50
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 400_000
MAX_DIGITS = 20  # Decimal arithmetic keeps 28: room to multiply by an exact factor
MAX_TEXT = 5_000

# What an XML file may say before its root element: one declaration, comments and processing instructions, never a DTD.
_PROLOG = re.compile(rb"\s*(?:<\?(?:[^?]|\?(?!>))*\?>\s*|<!--(?:[^-]|-(?!->))*-->\s*)*")
# Encodings in which `<!DOCTYPE` looks the same as in ASCII, so that the guard sees what the parser sees.
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"gb18030", b"gbk", b"gb2312"}
_NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,9}))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def read_bounded(stream: BinaryIO, limit: int = MAX_BYTES) -> bytes:
    """All bytes of a stream, or a Refusal after the first byte past the limit: what follows is never read."""
    data = stream.read(limit + 1)
    check_size(data, limit)
    return data


def check_size(data: bytes, limit: int = MAX_BYTES) -> None:
    """Refuse what is empty or larger than a paper may be."""
    if not data.strip():
        raise refusal(
            "P001", "file", Text("the file is empty", "文件为空"), Text("send the paper itself", "请提交单证本身")
        )
    if len(data) > limit:
        bound = f"{limit >> 20} MB" if limit >= 1 << 20 else f"{limit} bytes"
        raise refusal(
            "P001",
            "file",
            Text(f"the file is larger than {bound}", f"文件超过 {bound}"),
            Text(
                "send only the sheets or lines of this trade, or split the file", "请仅提交本笔贸易的内容，或拆分文件"
            ),
        )


# ELF, the three of Mach-O and of Java, scripts; Windows' own is looked at more closely, for a text may begin with these two letters.
_PROGRAMS = (b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")


def check_kept(data: bytes) -> None:
    """Refuse what may not even be kept unread as evidence: nothing at all, too much, and what a machine would run."""
    check_size(data)
    if data.startswith(_PROGRAMS) or (data.startswith(b"MZ") and b"\x00" in data[:64]):
        raise refusal(
            "P042",
            "file",
            Text("this is a program, whatever its name says", "这是程序文件，与名称无关"),
            Text("send the paper itself", "请提交单证本身"),
        )


def check_xml(data: bytes) -> None:
    """Refuse a document type declaration (the door of entity bombs and outside files) and encodings that could hide one."""
    start = data[3:] if data.startswith(b"\xef\xbb\xbf") else data
    named = _ENCODING.match(start.lstrip()[:300])
    if b"\x00" in data or (named and named[1].lower() not in _PLAIN_ENCODINGS):
        said = named[1].decode() if named else "UTF-16"
        raise refusal(
            "P002",
            "file",
            Text(f"XML in the encoding {said} is not read", f"不读取 {said} 编码的 XML"),
            Text("save it as UTF-8", "请另存为 UTF-8"),
        )
    prolog = _PROLOG.match(start)
    if start[prolog.end() if prolog else 0 :].startswith((b"<!", b"<?")):
        raise refusal(
            "P002",
            "file",
            Text("the XML carries a document type declaration (DTD)", "XML 含有文档类型声明（DTD）"),
            Text("remove the DOCTYPE: trade documents need none", "请删除 DOCTYPE：贸易单证不需要"),
        )


def too_deep(where: str) -> Exception:
    """The refusal of what is nested deeper than any paper."""
    return refusal(
        "P003",
        where,
        Text(f"nested more than {MAX_DEPTH} levels deep", f"嵌套超过 {MAX_DEPTH} 层"),
        Text("send the document in its standard form", "请按标准格式提交单证"),
    )


def too_many(where: str, what: str, what_zh: str, limit: int) -> Exception:
    """The refusal of more of something than any paper has."""
    return refusal(
        "P003",
        where,
        Text(f"more than {limit:,} {what}", f"{what_zh}超过 {limit:,}"),
        Text("split the file", "请拆分文件"),
    )


def open_zip(data: bytes) -> ZipFile:
    """A zip archive whose entries are few, small when expanded, and not absurdly compressed.

    Only the directory is read here. Python's reader never gives more of an entry than the directory states, so the sum of
    the stated sizes bounds what can come out, overlapping entries included.
    """
    try:
        archive = ZipFile(BytesIO(data))
        entries = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise refusal(
            "P004",
            "file",
            Text("the archive is damaged", "压缩包已损坏"),
            Text("save the file again", "请重新保存文件"),
        ) from error
    if len(entries) > MAX_ZIP_ENTRIES:
        raise too_many("file", "parts in the archive", "压缩包内文件数", MAX_ZIP_ENTRIES)
    expanded = sum(entry.file_size for entry in entries)
    worst = max(
        (entry.file_size / max(entry.compress_size, 1) for entry in entries if entry.file_size > 1 << 20), default=0
    )
    if expanded > MAX_EXPANDED or worst > MAX_RATIO or expanded > MAX_RATIO * len(data):
        raise refusal(
            "P004",
            "file",
            Text(
                f"the archive expands to {expanded:,} bytes from {len(data):,}",
                f"压缩包由 {len(data):,} 字节展开为 {expanded:,} 字节",
            ),
            Text("save only the sheets of this trade in a new workbook", "请将本笔贸易的工作表另存为新工作簿"),
        )
    return archive


def load_json(data: bytes, number: Callable[[str], Any]) -> Any:
    """JSON text (UTF-8) as plain values, numbers made by `number` from their text: never a binary float.

    Refuses what is malformed, too deep or too large, names said twice in one object, and NaN or Infinity.
    """

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        named = dict(pairs)
        if len(named) < len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise ValueError(f"the name {twice[:60]!r} stands twice in one object")
        return named

    def no_number(word: str) -> Any:
        raise ValueError(f"{word} is not a number")

    if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_JSON_VALUES:
        raise too_many("file", "values", "数值个数", MAX_JSON_VALUES)
    try:
        value = json.loads(
            data.decode("utf-8-sig"),
            parse_float=number,
            parse_int=number,
            parse_constant=no_number,
            object_pairs_hook=members,
        )
    except RecursionError as error:
        raise too_deep("file") from error
    except ValueError as error:
        raise refusal(
            "P005",
            "file",
            Text(f"not readable as JSON: {error}", f"无法按 JSON 读取：{error}"),
            Text("correct it", "请更正"),
        ) from error
    if _deeper(value, MAX_DEPTH):
        raise too_deep("file")
    return value


def _deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_deeper(item, levels - 1) for item in inner)


def plain_decimal(text: str) -> Decimal:
    """A number as written with a point (`1234.50`, `1.2e3`), of at most 20 digits; ValueError for all else.

    The bound on digits and exponent keeps a short text such as 1e999999999 from growing into gigabytes when printed.
    """
    match = _NUMBER.fullmatch(text.strip()) if text.isascii() else None
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a number")
    if len(match[1]) > MAX_DIGITS or abs(int(match[2] or 0)) > MAX_DIGITS:
        raise ValueError(f"{text[:40]!r} has more than {MAX_DIGITS} digits")
    return Decimal(text.strip())


def clean_text(text: str, single_line: bool = True) -> str:
    """Text fit to keep: no control characters, white space folded, at most 5,000 characters."""
    kept = _CONTROL.sub("", text)
    folded = " ".join(kept.split()) if single_line else "\n".join(" ".join(line.split()) for line in kept.splitlines())
    return folded.strip()[:MAX_TEXT]


def safe_cell(text: str) -> str:
    """Text for a cell of an export, made harmless: what a spreadsheet would run as a formula gets an apostrophe in front.

    The full-width signs count too: Chinese and Japanese spreadsheets take them for the plain ones.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else text
