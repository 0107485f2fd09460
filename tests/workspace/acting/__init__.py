"""What a person's client does, and what it keeps from the app because Slack does."""
