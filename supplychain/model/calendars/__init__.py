"""On which days a firm works, how much it makes between two of them, and what day it is there."""
