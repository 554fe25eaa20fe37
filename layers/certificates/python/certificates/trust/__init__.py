"""Credentials of certificates: compose, sign in two forms, revoke by a status list, check.

Open Badges 3.0 on the W3C's Verifiable Credentials 2.0. Imports only the standard library and `cryptography`.
"""
