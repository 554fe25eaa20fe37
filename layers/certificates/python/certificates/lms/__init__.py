"""Files and events from the LMS.

header cells fields inspection records_file events rejected    reading and writing: pure
messages loading resolving following records                   storing and deciding: gather, decide, act
"""
