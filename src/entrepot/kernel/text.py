"""Words shown to people, always in English and Chinese together."""

from typing import Annotated

from msgspec import Meta, Struct

# How a field that several papers give may differ and still agree: words where one paper says the same or less than the
# other, whatever the case and the stops; codes where one is the beginning of the other (6 digits of HS, and 10).
Words = Annotated[str, Meta(extra={"agrees": "words"})]
Prefix = Annotated[str, Meta(extra={"agrees": "prefix"})]


class Text(Struct, frozen=True):
    """One sentence in both languages of the platform."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The sentence for a language code such as `en` or `zh-hans`; English where there is no Chinese."""
        return self.zh if language.startswith("zh") and self.zh else self.en


class Problem(Struct, frozen=True, omit_defaults=True):
    """One thing wrong with what was said: which rule, where, what, how to mend it.

    `severity` is `E` (blocks) or `W` (asks). `where` is a field path (`header.trade_term`, `line/2.qty1`);
    `documents` names the papers that carry the disagreeing or wrong value, with the place in each.
    """

    rule: str
    where: str
    what: Text
    fix: Text
    severity: str = "E"
    documents: tuple[str, ...] = ()

    def sentence(self, language: str = "en") -> str:
        """The problem as one line: what | where | how to fix."""
        what, fix = self.what.in_language(language), self.fix.in_language(language)
        return f"{self.rule} | {self.where} | {what} | {fix}"
