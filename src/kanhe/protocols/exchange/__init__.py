"""What CMPP, SGIP and SMGP have in common above their packets: statuses, digests, reports, and the session of requests and answers."""
