"""``make bench``: what the bot costs, as ratios within one run, beside what it was meant to cost.

Nothing here is a test: times depend on the machine, so no time is ever asserted in the suite. Each
row names its target, what was measured and the verdict. CPU is user and system time of a whole
process tree; variants take turns within one run, and medians are compared.
"""
