"""Working days of Beijing: the year tables and counting over them."""
