"""What would change an answer: the values of the other answers at which a right opens or closes."""
