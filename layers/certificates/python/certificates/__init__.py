"""Course certificates: decisions, content, and who may see a certificate."""

from certificates.start.compiled_ahead import use_compiled_ahead
from certificates.start.garbage import search_after_start
from certificates.start.later import load_later

search_after_start()
load_later()
use_compiled_ahead()
