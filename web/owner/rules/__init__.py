"""The rules: room, form, table, preview, publishing, why."""
