"""Course certificates: decisions, content, and who may see a certificate."""
