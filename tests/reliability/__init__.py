"""Whether a reminder is never lost and never sent twice, whatever dies and whenever."""
