"""What people see in a browser: the certificate on the web, the progress page, the pages of course staff.

Pages call verbs, as `http/` does. A page shows what a verb answers; no page decides anything.
"""
