"""Speed, against the loop that every tutorial writes."""
