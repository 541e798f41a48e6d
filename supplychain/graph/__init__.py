"""The only folder that speaks Cypher, and the only one that talks to the driver."""
