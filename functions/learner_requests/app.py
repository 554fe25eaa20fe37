"""A signed-in learner over HTTP: my status, my request, my certificates."""

from certificates.http import learner
from certificates.http.serving import lambda_handler as serve

lambda_handler = serve(learner.api)
