// A capability has the calendar of its firm, so that rankings count working days.
// The program fills the calendars of those that are there; no index is looked for by them.

DROP INDEX capability_calendar IF EXISTS;
