"""What guests do themselves: their door, their answers, their guide."""
