"""The public over HTTP: the certificate behind a verify_uuid, as page, PDF and JSON."""

from certificates.http import verification
from certificates.http.api import lambda_handler as serve

lambda_handler = serve(verification.api)
