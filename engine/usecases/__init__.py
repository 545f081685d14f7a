"""What people do, one file each: open work, load, call the pure core, save."""
