"""Course staff and global staff over HTTP: webhooks, their secrets, their deliveries."""

from certificates.http import webhooks
from certificates.http.serving import lambda_handler as serve

lambda_handler = serve(webhooks.api)
