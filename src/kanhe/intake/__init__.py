"""Before the verdict: drafts become messages, or are answered with what is wrong with them."""
