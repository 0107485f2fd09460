"""What the bot knows and decides: rules and use cases, without Slack and without SQL."""
