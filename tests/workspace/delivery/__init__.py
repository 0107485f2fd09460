"""How the app is told: Socket Mode where it is connected, else signed HTTP."""
