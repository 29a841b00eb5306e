"""Records markets: what an exchange sends is written down as it came, and a book is kept in step meanwhile."""
