"""People, organisations, and the employments that join them.

A person's `username` and an organisation's `code` are what statements bear as `by` and `for`; neither is ever changed or given
again. What an enterprise says of itself stands in its dossier; here stands only what is needed to let people in.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

# What a person may do for the organisation that employs it.
DUTIES = ("read", "say", "send", "confirm", "administer")


class Person(AbstractUser):
    """Somebody who signs in. `name` is how he or she is called, in whatever script."""

    name: models.CharField[str, str] = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "accounts_person"


class Organisation(models.Model):
    """An enterprise, an office, a bank or a counter.

    `code` is its id in statements: the unified social credit code of a Chinese enterprise, else `COUNTRY-NUMBER`. `standing`
    lists the roles that the operator licensed it for (customs, tax, certifier, bank, clerk, operator, auditor). Whether it is
    admitted stands in its dossier, as the operator's word.
    """

    objects: ClassVar[models.Manager[Organisation]] = models.Manager()
    id: models.BigAutoField[int, int]
    code: models.CharField[str, str] = models.CharField(max_length=100, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=300, blank=True)
    name_zh: models.CharField[str, str] = models.CharField(max_length=300, blank=True)
    country: models.CharField[str, str] = models.CharField(max_length=3, default="CHN")  # ISO 3166 alpha-3
    standing: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_organisation"

    def __str__(self) -> str:
        return self.name_zh or self.name or self.code

    def called(self, language: str) -> str:
        """Its name for a reader of this language, `en` or `zh`; the other where it has none in it."""
        return str(self) if language == "zh" else self.name or str(self)


class Employment(models.Model):
    """A person who may act for an organisation, with these of the `DUTIES`, until it ends."""

    objects: ClassVar[models.Manager[Employment]] = models.Manager()
    id: models.BigAutoField[int, int]
    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="employments"
    )
    person_id: int
    organisation: models.ForeignKey[Organisation, Organisation] = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="employments"
    )
    organisation_id: int
    duties: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_employment"
        constraints: ClassVar = [models.UniqueConstraint(fields=("person", "organisation"), name="employed_once")]


class Joining(models.Model):
    """A person asks to work for an organisation that is registered already; its administrators answer."""

    objects: ClassVar[models.Manager[Joining]] = models.Manager()
    id: models.BigAutoField[int, int]
    person: models.ForeignKey[Person, Person] = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person_id: int
    organisation: models.ForeignKey[Organisation, Organisation] = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="joinings"
    )
    organisation_id: int
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    answer: models.CharField[str, str] = models.CharField(max_length=10, blank=True)  # taken, declined; empty: open

    class Meta:
        db_table = "accounts_joining"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("person", "organisation"), condition=models.Q(answer=""), name="asked_once_at_a_time"
            )
        ]


class Invitation(models.Model):
    """A link by which one person, whoever reads mail at this address, may take up an employment; it works once and it ends.
    Of its secret only the SHA-256 is kept."""

    objects: ClassVar[models.Manager[Invitation]] = models.Manager()
    id: models.BigAutoField[int, int]
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    organisation: models.ForeignKey[Organisation, Organisation] = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="invitations"
    )
    organisation_id: int
    email: models.EmailField[str, str] = models.EmailField()
    duties: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    made_by: models.ForeignKey[Person, Person] = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_by_id: int
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    ends_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    closed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_invitation"


class Announcement(models.Model):
    """What the operator tells everybody at the head of every page, in both languages, from a moment until another; `ended_at` where
    it was taken down before."""

    objects: ClassVar[models.Manager[Announcement]] = models.Manager()
    id: models.BigAutoField[int, int]
    en: models.CharField[str, str] = models.CharField(max_length=400)
    zh: models.CharField[str, str] = models.CharField(max_length=400)
    since: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    until: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    made_by: models.CharField[str, str] = models.CharField(max_length=150)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_announcement"


class Consent(models.Model):
    """A grave act that one person of the operator asks for and another agrees to, or does not: what, to whom (a login name or an
    organisation's code), and with what (`more`)."""

    objects: ClassVar[models.Manager[Consent]] = models.Manager()
    id: models.BigAutoField[int, int]
    what: models.CharField[str, str] = models.CharField(max_length=40)
    whom: models.CharField[str, str] = models.CharField(max_length=254)
    more: models.CharField[str, str] = models.CharField(max_length=500, blank=True)
    reason: models.CharField[str, str] = models.CharField(max_length=500)
    asked_by: models.CharField[str, str] = models.CharField(max_length=150)
    asked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    answered_by: models.CharField[str, str] = models.CharField(max_length=150, blank=True)
    answer: models.CharField[str, str] = models.CharField(max_length=10, blank=True)  # agreed, declined; empty: open

    class Meta:
        db_table = "accounts_consent"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("what", "whom"), condition=models.Q(answer=""), name="one_consent_at_a_time"
            )
        ]


class Act(models.Model):
    """What was done to people and organisations, by whom and from which address. Rows are only ever added; the database sees to it."""

    objects: ClassVar[models.Manager[Act]] = models.Manager()
    id: models.BigAutoField[int, int]
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    who: models.CharField[str, str] = models.CharField(max_length=150)  # username; empty: nobody signed in
    organisation: models.CharField[str, str] = models.CharField(max_length=100, blank=True, db_index=True)  # its code
    what: models.CharField[str, str] = models.CharField(max_length=40)
    whom: models.CharField[str, str] = models.CharField(max_length=254, blank=True, db_index=True)
    more: models.CharField[str, str] = models.CharField(max_length=500, blank=True)
    address: models.CharField[str, str] = models.CharField(max_length=45, blank=True)

    class Meta:
        db_table = "accounts_act"
