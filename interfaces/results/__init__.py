"""Result stores: a folder, or a bucket."""
