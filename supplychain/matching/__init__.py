"""Who can make it and how well: numbers in, numbers out; numpy and nothing with I/O."""
