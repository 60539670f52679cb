"""Drawings kept between builds, shared between machines, and made ahead by worker processes."""
