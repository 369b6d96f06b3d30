"""The account portal of the local instance: pages on which a person signs in and out."""
