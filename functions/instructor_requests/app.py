"""Course staff over HTTP: runs, settings, design, staff and uploads."""

from certificates.http import staff
from certificates.http.api import lambda_handler as serve

lambda_handler = serve(staff.api)
