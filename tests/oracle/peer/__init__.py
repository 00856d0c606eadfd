"""Made-up households computed by OpenFisca-France 176.1.8, one module for each family of rights."""
