"""The public over HTTP: the picture of a valid certificate, made from the PDF at the first request."""

from certificates.http import pictures
from certificates.http.serving import lambda_handler as serve

lambda_handler = serve(pictures.api)
