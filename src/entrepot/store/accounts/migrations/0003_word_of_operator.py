"""Whether an organisation is admitted stands in its dossier alone; what the operator announces, and what takes two of its people."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """No release kept the column `state`: what it said is not carried over, the operator says it."""

    dependencies: ClassVar = [("accounts", "0002_acts_only_grow")]
    operations: ClassVar = [
        migrations.RemoveField(model_name="organisation", name="state"),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("en", models.CharField(max_length=400)),
                ("zh", models.CharField(max_length=400)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("made_by", models.CharField(max_length=150)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"db_table": "accounts_announcement"},
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=40)),
                ("whom", models.CharField(max_length=254)),
                ("more", models.CharField(blank=True, max_length=500)),
                ("reason", models.CharField(max_length=500)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("answered_by", models.CharField(blank=True, max_length=150)),
                ("answer", models.CharField(blank=True, max_length=10)),
            ],
            options={
                "db_table": "accounts_consent",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")), fields=("what", "whom"), name="one_consent_at_a_time"
                    )
                ],
            },
        ),
    ]
