"""What is understood of a file of tables: encoding, sheets, header, columns, habits, questions."""
