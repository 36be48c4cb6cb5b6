"""Which files are pictures, without opening them; what opens and reads them (`scans`) is loaded when there is one."""

from collections.abc import Callable

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "TIFF": "image/tiff", "WEBP": "image/webp", "BMP": "image/bmp"}
Progress = Callable[[int, int], None]  # pages read, pages in all; may raise Stopped


class Stopped(Exception):
    """Raised by whoever counts the pages, before one is read off a picture: no more are read. `pages` is how many there are."""

    def __init__(self, pages: int) -> None:
        super().__init__(f"{pages} pages have to be read off pictures")
        self.pages = pages


def is_picture(data: bytes) -> bool:
    """Whether a file is a picture of a kind that is read, by its first bytes."""
    starts = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
    return data.startswith(starts) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")


def no_progress(done: int, pages: int) -> None:
    """For whoever does not wait."""
