"""Extensions of Sphinx that make pages of the site from the code of the library."""
