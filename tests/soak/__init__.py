"""Load on the milter's socket, without a mail system."""
