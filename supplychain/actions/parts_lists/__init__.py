"""Parts lists out of files: read, understood, matched with the firm's parts, drafted or kept."""
