"""What the machine does: processor, memory and disk of each process of the suite, as a cluster would tell them.

There is no cluster here. Each process stands in for a pod of one container, and this machine for the node.
"""
