"""Reading a log where it is told: an address or a folder laid out as C2SP tlog-tiles. What comes is bounded and never trusted."""

import http.client
import re
import ssl
import time
import zlib
from pathlib import Path
from urllib.parse import urlsplit

from entrepot_witness.tree import HASH_BYTES, TILE_WIDTH, node_hash

STALL_SECONDS = 10
READ_SECONDS = 60  # for one resource
TILE_BYTES = TILE_WIDTH * HASH_BYTES
BUNDLE_LIMIT = TILE_WIDTH * (2 + 65_535)
TILES_KEPT = 256  # expanded tiles kept in memory, 16 KB each
_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")


class UnreachableError(Exception):
    """A place that does not answer, or not within bounds; the message says what it did."""


class Place:
    """A folder or an address below which resources are read by their paths."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._url = urlsplit(address) if address.startswith(("http://", "https://")) else None
        self._connection: http.client.HTTPConnection | None = None
        if self._url is not None and self._url.scheme == "http" and not _LOOPBACK.fullmatch(self._url.hostname or ""):
            raise UnreachableError(f"{address}: only https leads over a network")

    def read(self, path: str, limit: int) -> bytes | None:
        """A resource of at most `limit` bytes; None where there is none."""
        try:
            data = self._file(path, limit) if self._url is None else self._get(path, limit)
        except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
            self.close()
            raise UnreachableError(f"{self.address}/{path}: {type(error).__name__}: {error}") from error
        if data is not None and len(data) > limit:
            self.close()
            raise UnreachableError(f"{self.address}/{path}: more than {limit:,} bytes")
        return data

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _file(self, path: str, limit: int) -> bytes | None:
        try:
            with (Path(self.address) / path).open("rb") as file:
                return file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _get(self, path: str, limit: int) -> bytes | None:
        assert self._url is not None
        fresh = self._connection is None
        try:
            return self._ask(path, limit)
        except (http.client.HTTPException, ConnectionError):
            if fresh:
                raise
        self.close()  # a connection that was kept may have been let go at the other end
        return self._ask(path, limit)

    def _ask(self, path: str, limit: int) -> bytes | None:
        assert self._url is not None
        if self._connection is None:
            host = self._url.hostname or ""
            if self._url.scheme == "https":
                context = ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(
                    host, self._url.port, timeout=STALL_SECONDS, context=context
                )
            else:
                self._connection = http.client.HTTPConnection(host, self._url.port, timeout=STALL_SECONDS)
        headers = {"Accept-Encoding": "gzip, identity", "User-Agent": "entrepot-witness"}
        self._connection.request("GET", f"{self._url.path.rstrip('/')}/{path}", headers=headers)
        response = self._connection.getresponse()
        due, parts, size = time.monotonic() + READ_SECONDS, list[bytes](), 0
        while (part := response.read1(65_536)) and size <= limit:
            parts, size = [*parts, part], size + len(part)
            if time.monotonic() > due:
                raise TimeoutError(f"more than {READ_SECONDS} seconds")
        if size > limit:
            return b"".join(parts)
        if response.status in (404, 410):
            return None
        if response.status != 200:
            raise http.client.HTTPException(f"status {response.status}")
        data = b"".join(parts)
        if response.headers.get("Content-Encoding", "identity") == "gzip":
            data = zlib.decompressobj(wbits=31).decompress(data, limit + 1)
        return data


def tile_path(level: str, number: int, width: int) -> str:
    """Where a tile stands: `level` is its level or `entries`."""
    digits = f"{number:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    whole = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{whole}" + (f".p/{width}" if width < TILE_WIDTH else "")


def entries_of(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle, of which the first `width` are asked for; ValueError where it is malformed."""
    found, at = list[bytes](), 0
    while at < len(bundle) and len(found) < width:
        size = int.from_bytes(bundle[at : at + 2])
        entry = bundle[at + 2 : at + 2 + size]
        if len(entry) < size or at + 2 > len(bundle):
            raise ValueError("an entry is cut short")
        found.append(entry)
        at += 2 + size
    if len(found) < width:
        raise ValueError(f"the bundle has {len(found)} entries, {width} were signed")
    return found


class Served:
    """The tree of a size as a place serves it: its entries, and the hashes of its nodes. Nothing of it is verified."""

    def __init__(self, place: Place, size: int) -> None:
        self._place, self.size = place, size
        self._rows: dict[tuple[int, int], list[list[bytes]]] = {}

    def entries(self, number: int) -> list[bytes]:
        """The entries of a bundle, as many as the tree has there; LookupError where the place does not serve them."""
        width = min(TILE_WIDTH, self.size - number * TILE_WIDTH)
        try:
            return entries_of(self._read("entries", number, width, BUNDLE_LIMIT), width)
        except ValueError as error:
            raise LookupError(f"entries {number}: {error}") from error

    def __call__(self, level: int, place: int) -> bytes:
        """The hash over the 2^level leaves from place * 2^level on; LookupError where the place does not serve it."""
        tile_level, up = divmod(level, 8)
        number, at = divmod(place, TILE_WIDTH >> up)
        rows = self._rows.get((tile_level, number)) or self._expand(tile_level, number)
        if at >= len(rows[up]):
            raise LookupError(f"level {level}, place {place} is beyond the tree")
        return rows[up][at]

    def _expand(self, level: int, number: int) -> list[list[bytes]]:
        width = min(TILE_WIDTH, (self.size >> (8 * level)) - number * TILE_WIDTH)
        if width <= 0:
            raise LookupError(f"tile {level}/{number} is beyond the tree")
        data = self._read(str(level), number, width, TILE_BYTES)
        if len(data) < width * HASH_BYTES or len(data) % HASH_BYTES:
            raise LookupError(f"tile {level}/{number} has {len(data)} bytes")
        rows = [[data[at : at + HASH_BYTES] for at in range(0, width * HASH_BYTES, HASH_BYTES)]]
        for _ in range(7):
            below = rows[-1]
            rows.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
        if len(self._rows) >= TILES_KEPT:
            self._rows.pop(next(iter(self._rows)))
        self._rows[level, number] = rows
        return rows

    def _read(self, level: str, number: int, width: int, limit: int) -> bytes:
        data = self._place.read(tile_path(level, number, width), limit)
        if data is None and width < TILE_WIDTH:  # once a tile is full, its beginnings may be gone
            data = self._place.read(tile_path(level, number, TILE_WIDTH), limit)
        if data is None:
            raise LookupError(f"{tile_path(level, number, width)} is not served")
        return data
