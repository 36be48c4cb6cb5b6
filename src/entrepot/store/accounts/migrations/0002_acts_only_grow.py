"""The log of acts only grows: the database refuses whoever would change or delete a row."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    """CREATE TRIGGER accounts_act_stays BEFORE UPDATE ON accounts_act
       BEGIN SELECT RAISE(ABORT, 'accounts_act only grows'); END""",
    """CREATE TRIGGER accounts_act_kept BEFORE DELETE ON accounts_act
       BEGIN SELECT RAISE(ABORT, 'accounts_act only grows'); END""",
)
POSTGRES = (
    """CREATE FUNCTION accounts_only_grows() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$""",
    """CREATE TRIGGER accounts_act_stays BEFORE UPDATE OR DELETE ON accounts_act
       FOR EACH ROW EXECUTE FUNCTION accounts_only_grows()""",
    """CREATE TRIGGER accounts_act_kept BEFORE TRUNCATE ON accounts_act
       FOR EACH STATEMENT EXECUTE FUNCTION accounts_only_grows()""",
)


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers into the database."""
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)  # a percent sign in them is one


class Migration(migrations.Migration):
    """After it acts are for good."""

    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(guard)]
