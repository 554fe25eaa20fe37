"""The edge to AWS: the only package that imports boto3, botocore or pynamodb."""
