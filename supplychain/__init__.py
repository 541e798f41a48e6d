"""A supply-chain collaboration network: makers, small suppliers and chain leaders on one graph."""

__version__ = "0.1.0"
