"""What the bot remembers: tables, named questions, migrations. No rules live here."""
