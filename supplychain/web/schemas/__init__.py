"""The words of the API and the forms: one schema a thing, read and told."""
