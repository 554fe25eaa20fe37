"""Course staff over HTTP: runs, settings, design, staff, learners and their certificates, exceptions, jobs, uploads."""

from certificates.http import certificates, designs, exceptions, jobs, records, runs
from certificates.http.api import Api
from certificates.http.api import lambda_handler as serve

lambda_handler = serve(Api(runs.api, designs.api, records.api, certificates.api, exceptions.api, jobs.api))
