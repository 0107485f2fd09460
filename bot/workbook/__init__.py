"""The register as a workbook: template, import and export.

``sheets.py`` is the description that all of it follows: which sheets, which columns, how each
value is read and written. Nothing here knows Slack or SQL.
"""
