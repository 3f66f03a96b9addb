"""What comes from outside, read and checked before anything is believed."""
