"""Reading and writing the data formats: TOML under `seed/`, JSON in stores and the API.

Nothing here knows SQL, mathematics or the web. Every reader collects all problems before it
refuses, and every message names file, id, key, what is allowed and the near miss.
"""

from engine.catalogue.load import catalogue_from, load_catalogue
from engine.catalogue.tree import Tree, read_tree, seed_folder, version_of

__all__ = ["Tree", "catalogue_from", "load_catalogue", "read_tree", "seed_folder", "version_of"]
