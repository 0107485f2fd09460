"""Cards: a value and the words of a language become Block Kit, as plain dictionaries.

Pure functions. Nothing that a person wrote is ever read as markup: every text lies in a
``plain_text`` object or a literal rich-text element, and no ``mrkdwn`` is made at all.
"""
