"""National figures: releases taken in, added up, judged and published."""
