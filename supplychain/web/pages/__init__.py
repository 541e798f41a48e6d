"""What every page shares: languages, filters, menu, words, downloads."""
