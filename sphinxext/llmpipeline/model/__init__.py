"""The diagram as frozen values: nodes, edges, groups, quantities, and the words of the language.

The model holds resolved values, never syntax, and knows neither a style nor a library.
"""
