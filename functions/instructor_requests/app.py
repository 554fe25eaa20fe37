"""Course staff over HTTP: runs, settings, design, staff, learners and their certificates, exceptions, jobs, uploads."""

from certificates.http import certificates, designs, exceptions, jobs, mails, reconciliations, records, runs
from certificates.http.api import Api
from certificates.http.serving import lambda_handler as serve

topics = (runs, designs, records, certificates, exceptions, jobs, mails, reconciliations)
lambda_handler = serve(Api(*(topic.api for topic in topics)))
