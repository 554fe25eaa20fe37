"""The pages in a browser: signing in, a learner's certificates and progress, the pages of course staff."""

from certificates.pages.serving import lambda_handler as serve
from certificates.pages.table import OF_PEOPLE, of_staff

lambda_handler = serve(OF_PEOPLE, more=of_staff)
