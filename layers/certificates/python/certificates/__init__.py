"""Course certificates: decisions, content, and who may see a certificate."""

from certificates.start.compiled_ahead import use_compiled_ahead
from certificates.start.garbage import search_after_start

search_after_start()
use_compiled_ahead()
