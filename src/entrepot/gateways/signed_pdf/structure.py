"""The make of a PDF file from outside: how large it may be, what a signature in it covers, what in it moves by itself.

What is read here was made by anybody: everything is bounded before it is parsed, and every fault is told as a reason.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.reader import PdfFileReader

from entrepot.kernel.text import Text

MAX_BYTES = 50 << 20
MAX_UNPACKED = 128 << 20
MAX_OBJECTS = 200_000
MAX_REVISIONS = 20
_MAX_READS = 3_000_000  # of the bytes of a file, mostly one letter each: some seconds
_MAX_NODES = 400_000  # values walked in search of what is active
_TAIL = 1024
_ENDING = re.compile(rb"[\r\n]startxref\s+\d{1,10}\s+%%EOF\s*\Z")
_OBJECT = re.compile(rb"\bobj\b")
_HEX = re.compile(rb"<(?:[0-9A-F]*|[0-9a-f]*)>")
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=64 << 20),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_output_size=1 << 20, max_ratio=100),
    },
    document_budget=DocumentDecodeBudget(base_allowance=MAX_UNPACKED, max_ratio=2),
)
# What makes a page show or do something that its bytes do not: scripts, programs, forms of another make, films.
_ACTIVE = frozenset({"/JS", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute", "/Hide"}
)
_ACTIONS |= {"/SetOCGState", "/GoToE", "/Movie", "/Sound", "/Trans"}


class Unreadable(Exception):
    """Why a file is not read as a PDF."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en, zh)


class _Metered(BytesIO):
    """Bytes that may be read so many times: a parser reads a token or a letter at a time, so this bounds its time."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = _MAX_READS

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, or Unreadable once the parser has asked too often."""
        self._left -= 1
        if self._left < 0:
            raise Unreadable("the file takes longer to read than any paper", "文件解析耗时过长")
        return super().read(size)


def opened(data: bytes) -> PdfFileReader:
    """The file, open; Unreadable where it is too large, damaged, encrypted, or begins with something else."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES >> 20} MB", f"文件超过 {MAX_BYTES >> 20} MB")
    if not data.startswith(b"%PDF-"):
        raise Unreadable("the file does not begin as a PDF does", "文件开头不是 PDF 标识")
    if not _ENDING.search(data[-_TAIL:]):
        raise Unreadable(
            "the file does not end as a PDF does: cut off, or something follows it",
            "文件结尾不是 PDF 结尾：被截断或其后另有内容",
        )
    if data.count(b"startxref") > MAX_REVISIONS or sum(1 for _ in _OBJECT.finditer(data)) > MAX_OBJECTS:
        raise Unreadable(
            f"more than {MAX_REVISIONS} revisions or {MAX_OBJECTS:,} objects",
            f"修订超过 {MAX_REVISIONS} 次或对象超过 {MAX_OBJECTS:,} 个",
        )
    try:
        reader = PdfFileReader(_Metered(data), strict=True, decode_limits=_LIMITS)
        encrypted, hybrid = reader.encrypted, reader.xrefs.hybrid_xrefs_present
        _ = reader.root["/Pages"]
    except Exception as error:  # a parser of hostile bytes fails in every way there is
        raise damaged(error) from error
    if encrypted:
        raise Unreadable("the file is encrypted", "文件已加密")
    if hybrid:
        raise Unreadable("the file has two tables of its objects that may disagree", "文件含有两套可能不一致的对象表")
    return reader


def inside(dictionary: Any, key: str) -> Any:
    """What a dictionary of a PDF holds under a key, wherever in the file it stands; None where nothing."""
    try:
        return dictionary[key]
    except KeyError:
        return None


def damaged(error: Exception) -> Unreadable:
    """A parser's failure as a reason."""
    if isinstance(error, Unreadable):
        return error
    if isinstance(error, misc.PdfDecodeLimitError | MemoryError):
        return Unreadable("the file unpacks to more than any paper needs", "文件解压后过大")
    if isinstance(error, RecursionError):
        return Unreadable("the file is nested too deep", "文件嵌套过深")
    said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return Unreadable(f"the file is damaged: {said}", f"文件已损坏：{said}")


def covered_up_to(data: bytes, byte_range: Any, contents: bytes) -> int | None:
    """Where the signed bytes end; None where a signature leaves out anything but its own value.

    A signature covers two stretches (ISO 32000-2, 12.8.1): from the first byte of the file to its value and from there on.
    Between them nothing may stand but that value in hexadecimal digits.
    """
    numbers = [item for item in byte_range if isinstance(item, int)] if isinstance(byte_range, list) else []
    if len(numbers) != 4 or len(byte_range) != 4:
        return None
    start, before, after, length = (int(item) for item in numbers)
    end = after + length
    if start != 0 or not 0 < before < after < end <= len(data):
        return None
    value = data[before:after]
    if (
        not _HEX.fullmatch(value)
        or len(value) != 2 * len(contents) + 2
        or bytes.fromhex(value[1:-1].decode()) != contents
    ):
        return None
    return end


def active_parts(reader: PdfFileReader) -> tuple[list[str], bool]:
    """What in the file is active, by name, and whether it has layers that a viewer may show or hide."""
    found: set[str] = set()
    layers = False
    for value in _walked(reader.root):
        if isinstance(value, generic.DictionaryObject):
            found |= _ACTIVE & value.keys()
            layers = layers or "/OCProperties" in value
            action = inside(value, "/S")
            if isinstance(action, generic.NameObject) and action in _ACTIONS:
                found.add(str(action))
            if isinstance(value, generic.StreamObject) and "/F" in value and "/FFilter" in value:
                found.add("/FFilter")
    return sorted(found), layers


def _walked(root: Any) -> Iterator[Any]:
    """Every value that can be reached, each object once, without recursion."""
    todo: list[Any] = [root]
    seen: set[Any] = set()
    count = 0
    while todo:
        value: Any = todo.pop()
        if isinstance(value, generic.IndirectObject):
            if value.reference in seen:
                continue
            seen.add(value.reference)
            value = value.reference.get_object()
        count += 1
        if count > _MAX_NODES:
            raise Unreadable("the file has more parts than any paper", "文件部件过多")
        yield value
        if isinstance(value, generic.DictionaryObject):
            todo += [value.raw_get(key) for key in value]
        elif isinstance(value, generic.ArrayObject):
            todo += [value.raw_get(at) for at in range(len(value))]
