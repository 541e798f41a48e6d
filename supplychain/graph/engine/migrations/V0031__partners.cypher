// Whom a firm buys of, what its bids hold under seal and which clusters it belongs to are notes in its
// trays; orders between two firms, parts that a firm was to make and looks of a day have keys. So
// what a page reads of a firm does not grow with what it traded. The program fills the keys and
// notes of what was there before.

CREATE INDEX order_pair IF NOT EXISTS FOR (n:Order) ON (n.pair_key);
CREATE INDEX order_line_sold IF NOT EXISTS FOR (n:OrderLine) ON (n.sold_key);
CREATE INDEX look_day_key IF NOT EXISTS FOR (n:Look) ON (n.day_key);
CREATE INDEX site_firm IF NOT EXISTS FOR (n:Site) ON (n.firm_id);
