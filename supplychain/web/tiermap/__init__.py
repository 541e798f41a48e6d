"""The tier picture: layout (numbers in, numbers out), scene (what is shown), drawing (SVG)."""
