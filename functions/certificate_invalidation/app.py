"""Course staff over HTTP: invalidate a certificate, re-validate it, list invalidations."""

from certificates.http import invalidations
from certificates.http.serving import lambda_handler as serve

lambda_handler = serve(invalidations.api)
