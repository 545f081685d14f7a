"""The figures: how fast Tact is, and what it says of real bookings."""
