"""Files made to harm the one who checks them: each ends with a reason, none with a traceback or a long wait."""

import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from entrepot.gateways.signed_pdf import sign_pdf
from entrepot.gateways.signed_pdf.attachments import BadAttachment, taken_out
from tests.gateways.signed_pdf.made import NOW, drawn, failed, signed, signer, verified

pdf: Any = generic
_PAGES = b"<</Type/Pages/Kids[]/Count 0>>"
_BOMB = zlib.compress(b"\0" * (64 << 20), 9)


def made(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A small PDF of these objects, the first the catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + item + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Root 1 0 R/Size %d%s>>\nstartxref\n%d\n" % (len(objects) + 1, trailer, len(data))
    return data + head + table + end + b"%%EOF\n"


def catalog(inner: bytes) -> bytes:
    return b"<</Type/Catalog/Pages 2 0 R" + inner + b">>"


def encrypted() -> bytes:
    out = BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("", "owner"))
    canvas.drawString(9, 9, "x")
    canvas.save()
    return out.getvalue()


def hybrid() -> bytes:
    """A file with a second table of its objects, for readers that know it (ISO 32000-2, 7.5.8.4)."""
    second = b"<</Type/XRef/Size 4/W[1 2 1]/Index[0 1]/Length 4>>\nstream\n" + bytes(4) + b"\nendstream"
    place = made(catalog(b""), _PAGES, second).index(b"3 0 obj")
    return made(catalog(b""), _PAGES, second, trailer=b"/XRefStm %d" % place)


_SIG = b"<</FT/Sig/T(a)/V 4 0 R>>"
_VALUE = b"<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<%s>>>"
_HOSTILE = {
    "empty": (b"", "begin"),
    "another format before it": (b"GIF89a" + signed(), "begin"),
    "another format behind it": (signed() + b"PK\x03\x04", "end as a PDF"),
    "cut off": (signed()[:20_000], "end as a PDF"),
    "tables in a circle": (made(catalog(b""), _PAGES, trailer=b"/Prev 115"), "damaged"),
    "nested lists": (made(catalog(b"/X " + b"[" * 50_000 + b"]" * 50_000), _PAGES), "nested"),
    "an object that is itself": (made(b"1 0 R", _PAGES), "nested"),
    "a length that is itself": (made(catalog(b"/AcroForm 3 0 R"), _PAGES, b"<</Length 3 0 R>>\nstream\nx\nendstream"), "nested"),
    "a form in a circle": (made(catalog(b"/AcroForm<</Fields[3 0 R]>>"), _PAGES, b"<</T(a)/Kids[3 0 R]>>"), "damaged"),
    "a table that unpacks for ever": (
        b"%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 3/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length " + str(len(_BOMB)).encode()
        + b">>\nstream\n" + _BOMB + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n",
        "unpacks",
    ),
    "too many objects": (b"%PDF-1.7\n" + b"1 0 obj\n" * 200_001 + b"\nstartxref\n9\n%%EOF\n", "objects"),
    "too many revisions": (b"%PDF-1.7\n" + b"\nstartxref\n9\n%%EOF\n" * 21, "revisions"),
    "too large": (b"%PDF-1.7\n" + b" " * (50 << 20), "MB"),
    "a number of a million digits": (made(catalog(b"/X " + b"9" * 1_000_000), _PAGES), "damaged"),
    "no signature in the signature": (made(catalog(b"/AcroForm<</Fields[3 0 R]>>"), _PAGES, _SIG, _VALUE % b"3000"), "damaged"),
    "no value in the signature": (made(catalog(b"/AcroForm<</Fields[3 0 R]>>"), _PAGES, _SIG, _VALUE % b""), "damaged"),
    "encrypted": (encrypted(), "encrypted"),
    "two tables of its objects": (hybrid(), "two tables"),
}  # fmt: skip


@pytest.mark.parametrize("kind", _HOSTILE)
def test_hostile_files_are_told_with_the_reason(kind: str) -> None:
    data, reason = _HOSTILE[kind]
    verdict = verified(data)
    assert not verdict.accepted
    assert reason in failed(verdict)
    assert all(check.reason.zh for check in verdict.checks)


def test_a_file_that_takes_too_long_to_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrepot.gateways.signed_pdf.structure._MAX_READS", 5_000)
    assert "takes longer" in failed(verified(made(catalog(b"/X [" + b"1 " * 20_000 + b"]"), _PAGES)))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.binary(max_size=30)), min_size=1, max_size=4), st.integers(0, 10**9)
)
def test_random_damage_ends_in_a_verdict(changes: list[tuple[int, bytes]], cut: int) -> None:
    data = signed()
    for place, piece in changes:
        at = place % len(data)
        data = data[:at] + piece + data[at + len(piece) // 2 :]
    if data == signed():
        return
    assert not verified(data).accepted
    assert not verified(data[: cut % len(data)]).accepted


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_random_catalogs_end_in_a_verdict(inner: bytes) -> None:
    assert not verified(made(catalog(inner), _PAGES)).accepted


def attached(names: object) -> object:
    return {"/Names": {"/EmbeddedFiles": names}}


def stream(data: bytes) -> generic.StreamObject:
    return generic.StreamObject(stream_data=data)


def spec(name: str, *datas: bytes) -> dict[str, object]:
    return {"/F": name, "/EF": dict(zip(("/F", "/UF"), map(stream, datas), strict=False))}


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ({"/Names": ["../../etc/passwd", spec("../../etc/passwd", b"x")]}, "plain"),
        ({"/Names": ["a", spec("a", b"x"), "a", spec("a", b"y")]}, "two files"),
        ({"/Names": ["a", spec("b", b"x")]}, "another name"),
        ({"/Names": ["a", spec("a", b"x", b"y")]}, "two contents"),
        ({"/Names": ["a", spec("a")]}, "not in the file"),
        ({"/Names": ["a", {"/F": "a"}]}, "not in the file"),
        ({"/Names": ["a"]}, "well formed"),
        ({"/Names": [part for n in range(21) for part in (f"a{n}", spec(f"a{n}", b""))]}, "more than 20"),
        ({"/Names": ["a", spec("a", b"x" * ((8 << 20) + 1))]}, "larger"),
        ({"/Kids": [{"/Kids": ["no tree"]}]}, "well formed"),
    ],
)
def test_bad_attachments_are_told_with_the_reason(names: object, reason: str) -> None:
    with pytest.raises(BadAttachment, match=reason):
        taken_out(attached(names))


def test_a_tree_of_names_in_a_circle_ends() -> None:
    node: dict[str, object] = {}
    node["/Kids"] = [node]
    with pytest.raises(BadAttachment, match="well formed"):
        taken_out(attached(node))


def test_a_signed_attachment_of_a_bad_name_is_rejected() -> None:
    writer: Any = IncrementalPdfFileWriter(BytesIO(drawn()))
    tree = {generic.pdf_name("/Names"): generic.ArrayObject([generic.pdf_string("../x"), pdf.DictionaryObject()])}
    names = {generic.pdf_name("/EmbeddedFiles"): pdf.DictionaryObject(tree)}
    writer.root["/Names"] = pdf.DictionaryObject(names)
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert "plain file name" in failed(verified(sign_pdf(out.getvalue(), signer(), now=NOW)))
