llmpipeline_font = [
    "fonts/Handbook-Regular.ttf",
    "fonts/Handbook-Bold.ttf",
    "Noto Sans CJK JP",
]
