"""The cases, one module per group; each has a function `cases(book)` that yields them."""
