"""The kinds of rules of a buyer, one class each; ``kinds.RULES`` names them all."""
