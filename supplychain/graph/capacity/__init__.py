"""What firms can make and offer, what is booked, held and idle of it."""
