"""veraPDF, the industry's validator of PDF/A and PDF/UA: fetched for tests, never shipped."""
