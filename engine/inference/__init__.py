"""The mathematics: arrays in and out, no clock, no chance without a Generator."""
