"""The pages: one file a noun, each with its ``bp``."""
