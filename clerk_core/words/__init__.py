"""The words that every other floor speaks. They know nothing of any of them."""
