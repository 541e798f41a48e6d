// A capability says what its firm shows to everybody, so that rankings need no list of such firms.
// The program fills the word of those that are there.

DROP INDEX firm_open IF EXISTS;
