// What orders take of a capability, and what bids hold, is kept by the day it is due instead of by
// week. What bids hold of a week is due at its end; the program books anew what accepted order
// lines still need, from the lines themselves.

MATCH (h:Hold) WHERE h.day IS NULL AND h.week IS NOT NULL
SET h.day = 7 * h.week + 6, h.week = null;
MATCH (b:Booking) WHERE b.day IS NULL
DETACH DELETE b;
