"""The encrypted clinic file: keys, records, audit, migrations, backups. The only layer that knows the database."""
