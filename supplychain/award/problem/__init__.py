"""An award problem: its types, its file, and what must hold before it is solved."""
