"""What the LMS tells us, in files and events.

header cells fields records_file events updates rejected    reading and writing: pure
loading following records                                            recording it: gather, decide, act
"""
