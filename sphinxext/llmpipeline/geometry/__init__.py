"""Sizes, boxes, curves and shapes; lengths are points, x to the right and y up."""
