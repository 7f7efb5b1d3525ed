"""The one way to the target: client, deadline, exchanges, levers, a listener for callbacks."""
