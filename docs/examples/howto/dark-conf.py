html_static_path = ["_static"]
html_css_files = ["night.css"]
