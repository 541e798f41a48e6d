"""The suppliers of a line as columns, lined up firm by firm."""
