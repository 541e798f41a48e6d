"""Parts lists: what is to be bought, as it stands in somebody's file, flat or in levels."""
