"""Comparison of the library with OpenFisca-France, on made-up households.

Nothing here is needed to use the library. The peer runs in its own environment (`make oracle`). `families` lists the
families of rights; each has its modules in `population`, `peer`, `exclusions` and `differences`.
"""
