"""Course certificates: who gets one, what it says, and who may see it."""
