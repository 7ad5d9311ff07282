"""The objects that the API answers with, and the lists of them."""
