// The chains of events, read one by one when they are verified.

CREATE INDEX event_ledger IF NOT EXISTS FOR (n:Event) ON (n.ledger_id);
