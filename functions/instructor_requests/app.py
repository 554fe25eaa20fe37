"""Course staff over HTTP: runs, settings, design, staff, learners and their certificates, exceptions, jobs, uploads."""

from certificates.http import certificates, exceptions, jobs, staff
from certificates.http.api import Api
from certificates.http.api import lambda_handler as serve

lambda_handler = serve(Api(staff.api, certificates.api, exceptions.api, jobs.api))
