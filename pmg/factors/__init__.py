"""What professionals saw of risk and protective factors."""
