"""What all tests have in common."""

import gc

from kanhe.app.run import GC_THRESHOLDS

# As rarely as in production: the rules of all countries are alive throughout, and looking at them again and again costs time.
gc.set_threshold(*GC_THRESHOLDS)
