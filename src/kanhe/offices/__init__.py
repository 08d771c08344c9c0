"""What people decide and put on file, and what follows from it: reviews, consents, announcements, reports. One file an office."""
