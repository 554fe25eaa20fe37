"""Uploaded files: the form, the arrival in the bucket, and how a file is read in batches."""
