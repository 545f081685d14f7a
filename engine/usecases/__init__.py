"""What people do, one file each, in the room it is done in: load, call the pure core, save."""
