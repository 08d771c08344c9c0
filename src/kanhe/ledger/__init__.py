"""The proof: every verdict is an entry of a tamper-evident log whose signed checkpoints anyone can verify.

Read `entry.py` (what is put down), then `integrator.py` (how it becomes tiles and a checkpoint), then `verify.py`.
"""
