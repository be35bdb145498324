"""The launcher behind ``./demo``: it prepares, starts, watches and questions the whole suite.

It needs nothing but Python's standard library: Supervisor, which keeps the processes alive,
runs as a process of its own and is spoken to over its XML-RPC socket.
"""
