"""The public over HTTP: the picture of a valid certificate, made of its PDF when it is first asked for."""

from certificates.pages import picture
from certificates.pages.site import lambda_handler as serve

lambda_handler = serve(picture.pages)
