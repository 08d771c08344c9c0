"""Clock, ids, chance, bounded queues: knows nothing of SMS."""
