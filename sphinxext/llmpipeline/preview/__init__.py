"""Preview: a page on this machine that shows diagrams, and draws them again when their files change.

It needs the packages of the extra ``preview``, which :mod:`.server` imports.
"""
