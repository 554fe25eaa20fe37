"""Files and events from the LMS.

header cells fields records_file events updates rejected    reading and writing: pure
loading following records                                            storing and deciding: gather, decide, act
"""
