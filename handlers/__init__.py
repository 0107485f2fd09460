"""What reaches the bot and how it answers: Slack, the clock's ticks, the terminal."""
