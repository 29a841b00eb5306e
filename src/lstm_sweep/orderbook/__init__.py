"""Order books: from the lines that exchanges send to a book that is right or marked as unknown, and its variables."""
