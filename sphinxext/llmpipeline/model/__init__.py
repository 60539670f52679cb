"""Model: a diagram as frozen values, its quantities, and the vocabulary of the language.

It holds resolved values, never syntax, and depends on neither a style nor a library.
"""
