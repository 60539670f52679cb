"""Drawing: a layout becomes a scene, and a scene becomes SVG, PDF or PNG."""
