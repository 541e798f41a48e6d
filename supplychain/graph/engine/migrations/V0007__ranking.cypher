// What a buyer reckons with, and its exchange rates by day.

CREATE CONSTRAINT cost_settings_id IF NOT EXISTS FOR (n:CostSettings) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT exchange_rate_id IF NOT EXISTS FOR (n:ExchangeRate) REQUIRE n.id IS UNIQUE;
CREATE INDEX exchange_rate_firm IF NOT EXISTS FOR (n:ExchangeRate) ON (n.firm_id);
