"""The cache of drawings: a local store, a shared one, and worker processes that prefetch."""
