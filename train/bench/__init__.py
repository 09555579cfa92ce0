"""Speed, compared with the loop that every tutorial has."""
