"""What replygate costs, beside milters that do nothing."""
