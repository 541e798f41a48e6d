"""The main job done through the HTTP API of a running demo."""
