"""The credential of a certificate: composed, signed in two forms, revoked by a status list, checked.

Open Badges 3.0 on the W3C's Verifiable Credentials 2.0. Knows the standard library and `cryptography` alone.
"""
