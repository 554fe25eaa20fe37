"""The pages in a browser: the certificate on the web, the progress page, the pages of course staff.

Pages call verbs, as `http/` does. A page shows the answer of a verb and decides nothing.
"""
