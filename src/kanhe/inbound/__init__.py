"""Messages from people: joined, recognised, acted upon."""
