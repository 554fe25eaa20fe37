"""The edge to AWS: the only package that imports boto3, botocore or pynamodb."""

from certificates.aws.without_docs import leave_docs_out

leave_docs_out()
