"""People, organisations, and the employments that join them.

A person's `username` and an organisation's `code` are what statements bear as `by` and `for`; neither is ever changed or given
again. What an enterprise says of itself stands in its dossier; here stands only what is needed to let people in.
"""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

# What a person may do for the organisation that employs it.
DUTIES = ("read", "say", "send", "confirm", "administer")


class Person(AbstractUser):
    """Somebody who signs in. `name` is how he or she is called, in whatever script."""

    name = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "accounts_person"


class Organisation(models.Model):
    """An enterprise, an office, a bank or a counter.

    `code` is its id in statements: the unified social credit code of a Chinese enterprise, else `COUNTRY-NUMBER`. `standing`
    lists the roles that the operator licensed it for (customs, tax, certifier, bank, clerk, operator, auditor). `pending` has
    not been admitted by the operator yet: it may prepare, but neither send nor be acted for.
    """

    STATES: ClassVar = (("pending", "pending"), ("admitted", "admitted"), ("suspended", "suspended"))

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=300, blank=True)
    name_zh = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=3, default="CHN")  # ISO 3166 alpha-3
    standing = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="pending")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_organisation"

    def __str__(self) -> str:
        return self.name_zh or self.name or self.code


class Employment(models.Model):
    """A person who may act for an organisation, with these of the `DUTIES`, until it ends."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employments")
    duties = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_employment"
        constraints: ClassVar = [models.UniqueConstraint(fields=("person", "organisation"), name="employed_once")]
