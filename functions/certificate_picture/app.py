"""The public over HTTP: the picture of a valid certificate, made from the PDF at the first request."""

from certificates.pages import picture
from certificates.pages.serving import lambda_handler as serve

lambda_handler = serve(picture.pages)
