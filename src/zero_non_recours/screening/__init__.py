"""One household → its rights: status, amount, conditions, assumptions, missing answers, next steps."""
