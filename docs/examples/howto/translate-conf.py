gettext_compact = "handbook"
