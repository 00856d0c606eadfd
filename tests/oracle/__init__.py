"""Comparison of RSA and prime d'activité with OpenFisca-France, on made-up households.

Nothing here is needed to use the library. The peer runs in its own environment (`make oracle`).
"""
