"""The whole graph as lines, and lines as a graph again."""
