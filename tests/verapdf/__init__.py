"""veraPDF, the industry's validator of PDF/A and PDF/UA: only for tests."""
