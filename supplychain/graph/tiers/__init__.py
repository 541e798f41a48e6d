"""The tiers around a firm and the figures of the firms in them."""
