"""The server under test and the clients that ask it, none of which share code with it."""
