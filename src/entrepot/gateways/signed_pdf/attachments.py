"""Files inside a PDF: put in before signing, taken out with their names and sizes bounded.

They stand in the document's tree of embedded files and in its list of associated files (ISO 32000-2, 14.13): the credential
as the source of the page, all else as a supplement to it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhanko.pdf_utils import embed, generic, misc
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from entrepot.gateways.signed_pdf.structure import inside

CREDENTIAL = "credential.json"
RECEIPT = "receipt.txt"
STATEMENT = "statement.json"  # the body of the statement that the receipt is for: it names the credential by its digest
MAX_ATTACHMENTS = 20
MAX_BYTES = 8 << 20  # of one attachment when unpacked
MAX_ALL = 32 << 20  # of all of them
_MAX_NODES = 200  # of the tree of names
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_KINDS = {"json": "application/json", "xml": "application/xml", "txt": "text/plain", "pdf": "application/pdf"}


class BadAttachment(ValueError):
    """Why the files in a PDF cannot be taken out."""


def attach(writer: BasePdfFileWriter, attachments: Mapping[str, bytes]) -> None:
    """Put files into a PDF being written, in the order of their names, as a name tree wants them.

    ValueError for a name that is not plain (letters, digits, `.`, `-`, `_`), for too many files or too large a one.
    """
    if len(attachments) > MAX_ATTACHMENTS or sum(map(len, attachments.values())) > MAX_ALL:
        raise ValueError(f"at most {MAX_ATTACHMENTS} files of {MAX_ALL >> 20} MB in all are attached")
    for name, data in sorted(attachments.items()):
        if not _NAME.fullmatch(name) or len(data) > MAX_BYTES:
            raise ValueError(
                f"{name[:100]!r} is no plain name of a file, or the file is larger than {MAX_BYTES >> 20} MB"
            )
        kind = _KINDS.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        spec = embed.FileSpec(
            file_spec_string=name,
            file_name=name,
            embedded_data=embed.EmbeddedFileObject.from_file_data(
                writer, data, params=embed.EmbeddedFileParams(), mime_type=kind
            ),
            af_relationship=generic.pdf_name("/Source" if name == CREDENTIAL else "/Supplement"),
        )
        embed.embed_file(writer, spec)


def taken_out(root: Any) -> dict[str, bytes]:
    """The files of a document's catalog by name; BadAttachment for two of one name, a bad name, too many or too large."""
    found: dict[str, bytes] = {}
    for name, spec in _named(root):
        if not _NAME.fullmatch(name):
            raise BadAttachment(f"the name {name[:60]!r} is not a plain file name")
        if name in found:
            raise BadAttachment(f"two files are named {name!r}")
        if len(found) == MAX_ATTACHMENTS:
            raise BadAttachment(f"more than {MAX_ATTACHMENTS} files are attached")
        found[name] = _data_of(name, spec)
        if sum(map(len, found.values())) > MAX_ALL:
            raise BadAttachment(f"the attached files are larger than {MAX_ALL >> 20} MB")
    return found


def _named(root: Any) -> Iterator[tuple[str, Any]]:
    """The pairs of the name tree, walked with a bound on its nodes: a tree that runs in a circle ends there."""
    names = inside(root, "/Names")
    nodes = [names["/EmbeddedFiles"]] if isinstance(names, Mapping) and "/EmbeddedFiles" in names else []
    seen = 0
    while nodes:
        node = nodes.pop(0)
        seen += 1
        if seen > _MAX_NODES or not isinstance(node, Mapping):
            raise BadAttachment("the tree of attached files is not well formed")
        pairs = inside(node, "/Names") or ()
        if len(pairs) % 2 or len(pairs) > 2 * MAX_ATTACHMENTS + 2:
            raise BadAttachment("the list of attached files is not well formed or too long")
        for at in range(0, len(pairs), 2):
            yield str(pairs[at]), pairs[at + 1]
        nodes += list(inside(node, "/Kids") or ())[: _MAX_NODES + 1]


def _data_of(name: str, spec: Any) -> bytes:
    """The bytes of a file; the name under which it is listed and the names it bears itself must be the same."""
    if not isinstance(spec, Mapping) or not isinstance(inside(spec, "/EF"), Mapping):
        raise BadAttachment(f"{name} is named but not in the file")
    if any(str(spec[key]) != name for key in ("/F", "/UF") if key in spec):
        raise BadAttachment(f"{name} is listed under another name than it bears")
    streams = [spec["/EF"][key] for key in ("/F", "/UF") if key in spec["/EF"]]
    if not streams or not all(isinstance(stream, generic.StreamObject) for stream in streams):
        raise BadAttachment(f"{name} is named but not in the file")
    try:
        datas = {bytes(stream.data) for stream in streams}
    except (misc.PdfError, ValueError, NotImplementedError, ArithmeticError) as error:
        raise BadAttachment(f"{name} cannot be unpacked: {error}") from error
    if len(datas) > 1:
        raise BadAttachment(f"{name} has two contents")
    data = datas.pop()
    if len(data) > MAX_BYTES:
        raise BadAttachment(f"{name} is larger than {MAX_BYTES >> 20} MB")
    return data
