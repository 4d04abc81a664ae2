"""Reports that leave the house: protected numbers from the casework."""
