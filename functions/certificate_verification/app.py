"""The public over HTTP: the certificate of a verify_uuid as page, PDF and JSON; its credential; the signing keys."""

from certificates.http import credentials, verification
from certificates.http.api import Api
from certificates.http.serving import lambda_handler as serve
from certificates.pages import certificate
from certificates.pages.serving import lambda_handler as serve_pages

lambda_handler = serve_pages(certificate.pages, serve(Api(verification.api, credentials.api)))
