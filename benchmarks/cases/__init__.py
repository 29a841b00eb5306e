"""What is measured; one case per file, each answers with a table."""
