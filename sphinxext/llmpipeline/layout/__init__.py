"""Layout: a graph of sizes becomes placed nodes, edges and groups.

Graphviz gets sizes and never text; everything that follows its layout is computed here.
"""
