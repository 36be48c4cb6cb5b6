"""The syntax of UN/EDIFACT (ISO 9735): service characters, character sets, segments, counts and references.

Elements and components are numbered from 1, as the directories number them; a place reads `17 NAD/4.1`: segment 17 of the
message (UNH is 1), element 4, component 1.
"""

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from entrepot.gateways import bounds
from entrepot.gateways.extract import Found, refusal
from entrepot.kernel.text import Text

# Character sets by the syntax identifier of UNB (UNOX and UNOY switch sets or have no one encoding: not read).
CHARSETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso-8859-1", "UNOD": "iso-8859-2", "UNOE": "iso-8859-5", "UNOF": "iso-8859-7",
    "UNOG": "iso-8859-3", "UNOH": "iso-8859-4", "UNOI": "iso-8859-6", "UNOJ": "iso-8859-8", "UNOK": "iso-8859-9",
    "UNOW": "utf-8",
}  # fmt: skip
_DEFAULT = ":+.? '"
# Released characters are set aside under control characters, which no text of a message may hold.
_ASIDE = "\x01\x02\x03\x04\x05"
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
_UNB = re.compile(rb"UNB.([A-Z]{4})")
_REMEDY = Text("send the interchange as its system wrote it", "请提交系统生成的原始交换文件")


class Segment:
    """A segment: its tag, its elements as tuples of components, its number in the message, and which components gave a fact."""

    __slots__ = ("elements", "number", "tag", "used")

    def __init__(self, tag: str, elements: tuple[tuple[str, ...], ...], number: int) -> None:
        self.tag, self.elements, self.number = tag, elements, number
        self.used: set[tuple[int, int]] = set()

    def get(self, element: int, component: int = 1) -> str:
        """What stands at a place of the segment; empty where nothing does."""
        if element > len(self.elements) or component > len(self.elements[element - 1]):
            return ""
        return self.elements[element - 1][component - 1]

    def use(self, element: int, *components: int) -> None:
        """Note that components gave a fact (the first where none is named)."""
        self.used.update((element, component) for component in components or (1,))

    def place(self, element: int = 0, component: int = 1) -> str:
        """Where something stands, for people."""
        return f"{self.number} {self.tag}/{element}.{component}" if element else f"{self.number} {self.tag}"

    def leaves(self) -> Iterator[tuple[int, int, str]]:
        """Element, component and text of all that is not empty."""
        for element, components in enumerate(self.elements, 1):
            for component, text in enumerate(components, 1):
                if text:
                    yield element, component, text


class Message(Struct, frozen=True):
    """A message of an interchange. `kind` is `CUSDEC`, `INVOIC` …, `directory` `D.96B`; segments with UNH and UNT."""

    kind: str
    directory: str
    reference: str
    segments: tuple[Segment, ...]


class Interchange(Struct, frozen=True):
    """An interchange as read: who sends, who receives, its reference, its messages; what is wrong in it, by place."""

    sender: str
    receiver: str
    reference: str
    messages: tuple[Message, ...]
    faults: tuple[tuple[str, Text], ...] = ()

    def tell(self, found: Found) -> None:
        """Note the faults of the syntax as problems of the paper."""
        for place, what in self.faults:
            found.problem("P030", place, what, _REMEDY, severity="W")


def read_interchange(data: bytes) -> Interchange:
    """The messages of an interchange. Refuses what is no EDIFACT, in a character set that is not read, or cut short."""
    bounds.check_size(data)
    characters, body = _decoded(data)
    component, element, _, release, repetition, terminator = tuple(characters)
    body = _set_aside(body, characters)
    if body.count(terminator) > bounds.MAX_NODES:
        raise bounds.too_many("file", "segments", "段数", bounds.MAX_NODES)
    parts = body.split(terminator)
    if parts[-1].strip("\r\n "):
        raise _cut(
            f"after segment {len(parts) - 1} there is no end of a segment", f"第 {len(parts) - 1} 段之后没有段终止符"
        )
    restore = str.maketrans(dict(zip(_ASIDE, (release, element, component, terminator, repetition), strict=True)))
    return _Assembling(component, element, restore).assemble(parts[:-1])


def _decoded(data: bytes) -> tuple[str, str]:
    """The service characters and the text after them, in the character set that UNB names."""
    bare = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    characters = _DEFAULT
    if bare.startswith(b"UNA"):
        advice = bare[3:9].decode("ascii", "replace")
        if len(advice) < 6 or len(set(advice.replace(" ", ""))) < len(advice.replace(" ", "")) or not advice.isascii():
            raise _malformed(
                "the service string advice (UNA) does not name six different characters", "UNA 未给出六个不同的服务字符"
            )
        characters, bare = advice, bare[9:].lstrip(b"\r\n ")
    named = _UNB.match(bare)
    if named is None:
        raise _malformed("no interchange header (UNB) at the start", "开头没有交换头（UNB）")
    identifier = named[1].decode()
    if identifier not in CHARSETS:
        raise refusal(
            "P002",
            "UNB/1.1",
            Text(f"the character set {identifier} is not read", f"不读取字符集 {identifier}"),
            Text(
                f"use one of {', '.join(CHARSETS)}; UNOW is UTF-8", f"请使用 {'、'.join(CHARSETS)}，其中 UNOW 为 UTF-8"
            ),
        )
    try:
        return characters, bare.decode(CHARSETS[identifier])
    except UnicodeDecodeError as error:
        raise refusal(
            "P002",
            f"byte {error.start}",
            Text(f"the bytes are not of the character set {identifier}", f"字节不符合字符集 {identifier}"),
            Text(
                "name the character set that the file is in (UTF-8 is UNOW)",
                "请在 UNB 中写明文件的字符集（UTF-8 为 UNOW）",
            ),
        ) from error


def _set_aside(body: str, characters: str) -> str:
    """The text with what the release character protects put aside, so that it can be split plainly."""
    component, element, _, release, repetition, terminator = tuple(characters)
    if _CONTROL.search(body):
        raise _malformed("control characters stand in it", "含有控制字符")
    if release == " " or release not in body:
        return body
    for protected, aside in zip((release, element, component, terminator, repetition), _ASIDE, strict=True):
        if protected != " " or protected == release:
            body = body.replace(release + protected, aside)
    # Before any other character a release character has nothing to protect.
    return body.replace(release, "")


class _Assembling:
    """Puts segments together to messages, and checks what the control segments count and refer to."""

    def __init__(self, component: str, element: str, restore: dict[int, str]) -> None:
        self.component, self.element, self.restore = component, element, restore
        self.faults: list[tuple[str, Text]] = []
        self.messages: list[Message] = []
        self.open: list[Segment] = []

    def assemble(self, parts: list[str]) -> Interchange:
        header = self._segment(parts[0], 1)
        trailer, within = "", False
        for position, part in enumerate(parts[1:], 2):
            text = part.strip("\r\n ")
            if within:  # an object between UNO and UNP, whatever is in it
                within = "UNP" not in text
                continue
            tag = text[:3]
            if tag == "UNZ":
                trailer = text
            elif tag == "UNH":
                self._begin(text)
            elif tag == "UNO":
                within = True
                self._fault(
                    f"segment {position}", "an object that goes with the messages is not read", "随附对象未读取"
                )
            elif self.open:
                self._go_on(text)
            elif tag not in ("UNG", "UNE"):
                self._fault(f"segment {position}", f"{tag} stands outside a message", f"{tag} 位于报文之外")
        if self.open:
            raise _cut(f"message {self.open[0].get(1)} has no end (UNT)", f"报文 {self.open[0].get(1)} 没有结尾（UNT）")
        if not trailer:
            raise _cut("the interchange has no end (UNZ)", "交换没有结尾（UNZ）")
        self._close(header, self._segment(trailer, len(parts)))
        return Interchange(header.get(2), header.get(3), header.get(5), tuple(self.messages), tuple(self.faults))

    def _segment(self, text: str, number: int) -> Segment:
        tag, *elements = text.strip("\r\n ").split(self.element)
        name, *more = tag.split(self.component)
        split = tuple([self._components(one) for one in elements])
        return Segment(name, (tuple(more), *split) if more else split, number)

    def _components(self, element: str) -> tuple[str, ...]:
        plain = element.replace("\r", " ").replace("\n", " ") if "\n" in element or "\r" in element else element
        return tuple([one.translate(self.restore) for one in plain.split(self.component)])

    def _begin(self, text: str) -> None:
        if self.open:
            raise _cut(f"message {self.open[0].get(1)} has no end (UNT)", f"报文 {self.open[0].get(1)} 没有结尾（UNT）")
        self.open = [self._segment(text, 1)]

    def _go_on(self, text: str) -> None:
        segment = self._segment(text, len(self.open) + 1)
        if len(text) > bounds.MAX_TEXT:
            self._shorten(segment)
        if not _TAG.fullmatch(segment.tag):
            self._fault(segment.place(), f"{text[:30]!r} begins with no segment tag", f"{text[:30]!r} 没有段标识")
        self.open.append(segment)
        if segment.tag == "UNT":
            self._end(self.open[0], segment)

    def _shorten(self, segment: Segment) -> None:
        """What is longer than any field may be is told and left out."""
        for element, component, text in list(segment.leaves()):
            if len(text) > bounds.MAX_TEXT:
                self._fault(
                    segment.place(element, component),
                    f"a value of {len(text):,} characters is not read",
                    f"{len(text):,} 个字符的值未读取",
                )
                kept = segment.elements[element - 1]
                shorter = (*kept[: component - 1], "", *kept[component:])
                segment.elements = (*segment.elements[: element - 1], shorter, *segment.elements[element:])

    def _end(self, header: Segment, trailer: Segment) -> None:
        count = str(len(self.open))
        if trailer.get(1).lstrip("0") != count:
            said = trailer.get(1)
            self._fault(
                trailer.place(1), f"UNT counts {said} segments, there are {count}", f"UNT 计 {said} 段，实有 {count} 段"
            )
        if trailer.get(2) != header.get(1):
            one, other = header.get(1), trailer.get(2)
            self._fault(trailer.place(2), f"UNH says {one}, UNT says {other}", f"UNH 为 {one}，UNT 为 {other}")
        directory = f"{header.get(2, 2)}.{header.get(2, 3)}"
        self.messages.append(Message(header.get(2, 1), directory, header.get(1), tuple(self.open)))
        self.open = []

    def _close(self, header: Segment, trailer: Segment) -> None:
        count = str(len(self.messages))
        if trailer.get(1).lstrip("0") != count.lstrip("0"):
            said = trailer.get(1)
            self._fault(
                "UNZ/1.1", f"UNZ counts {said} messages, there are {count}", f"UNZ 计 {said} 个报文，实有 {count} 个"
            )
        if trailer.get(2) != header.get(5):
            one, other = header.get(5), trailer.get(2)
            self._fault("UNZ/2.1", f"UNB says {one}, UNZ says {other}", f"UNB 为 {one}，UNZ 为 {other}")

    def _fault(self, place: str, en: str, zh: str) -> None:
        self.faults.append((place, Text(en, zh)))


def _malformed(en: str, zh: str) -> Exception:
    return refusal("P006", "file", Text(f"not well-formed EDIFACT: {en}", f"EDIFACT 格式错误：{zh}"), _REMEDY)


def _cut(en: str, zh: str) -> Exception:
    return refusal("P031", "file", Text(f"it is not whole: {en}", f"文件不完整：{zh}"), _REMEDY)


class Writing:
    """An interchange of one message being written, with the default service characters. Empty elements at the end are left out."""

    def __init__(self) -> None:
        self._segments: list[str] = []

    def add(self, tag: str, *elements: str | tuple[str, ...]) -> None:
        """A segment: an element is one component, or a tuple of them; a segment without any value is not written."""
        written = [_escaped(one) if isinstance(one, str) else _composite(one) for one in elements]
        while written and not written[-1]:
            written.pop()
        if written:
            self._segments.append("+".join([tag, *written]))

    def __len__(self) -> int:
        return len(self._segments)

    def close(self, kind: tuple[str, ...], reference: str, sender: str, receiver: str, prepared_at: str) -> bytes:
        """The whole interchange. The character set is the smallest that holds the text."""
        body = "'\n".join(self._segments)
        identifier = "UNOB" if body.isascii() else "UNOC"
        try:
            body.encode(CHARSETS[identifier])
        except UnicodeEncodeError:
            identifier = "UNOW"
        day, clock = prepared_at[:10].replace("-", ""), prepared_at[11:16].replace(":", "")
        version = "4" if identifier == "UNOW" else "3"
        outer = Writing()
        moment = (day[2:], clock) if version == "3" else (day, clock)
        outer.add("UNB", (identifier, version), sender or "SENDER", receiver or "RECEIVER", moment, reference)
        outer.add("UNH", "1", kind)
        tail = Writing()
        tail.add("UNT", str(len(self._segments) + 2), "1")
        tail.add("UNZ", "1", reference)
        whole = [*outer._segments, body, *tail._segments]
        return ("UNA:+.? '\n" + "'\n".join(whole) + "'\n").encode(CHARSETS[identifier])


def _composite(components: tuple[str, ...]) -> str:
    """Components of one element; empty ones at the end are left out."""
    last = max((place for place, one in enumerate(components, 1) if one), default=0)
    return ":".join([_escaped(one) for one in components[:last]])


def _escaped(text: str) -> str:
    """Text with the service characters released; control characters and line ends are blanks."""
    bare = _CONTROL.sub("", text.replace("\n", " ").replace("\r", " "))
    for service in "?+:'":
        if service in bare:
            bare = bare.replace(service, "?" + service)
    return bare


def chunks(text: str, size: int, most: int) -> tuple[str, ...]:
    """Text in pieces of at most `size` characters, cut so that no piece begins or ends with a blank; at most `most` pieces."""
    pieces: list[str] = []
    while text and len(pieces) < most:
        end = size
        while end < len(text) and end > 1 and (text[end] == " " or text[end - 1] == " "):
            end -= 1
        pieces.append(text[:end])
        text = text[end:]
    return tuple(pieces)


def day_of(raw: str) -> date:
    """A day in the forms 102 (CCYYMMDD), 203 and 204 (with a time); ValueError for others."""
    if len(raw) not in (8, 12, 14) or not raw.isdigit() or not raw.isascii():
        raise ValueError(f"{raw[:20]!r} is not a day of the form CCYYMMDD")
    return date(int(raw[:4]), int(raw[4:6]), int(raw[6:8]))
