"""The neutral cases, one module a group; each has a function `cases(book)` that yields them."""
