"""Nights towards the outside: started every day, told in words, figures and metrics."""
