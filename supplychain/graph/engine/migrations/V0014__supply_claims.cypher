// Whose word a supply relation is: each end has its own claim, and a refusal outlives the claim.

CREATE CONSTRAINT supply_refusal_id IF NOT EXISTS FOR (n:SupplyRefusal) REQUIRE n.id IS UNIQUE;

// What grew from orders is the orders'. Who imported the others was never kept: they are taken for
// the installation's own record, as an import at the machine is.
MATCH (:Firm)-[r:SUPPLIES]->(:Firm) WHERE r.claimed_by IS NULL
SET r.claimed_by = CASE WHEN r.source = 'ordered' THEN 'order' ELSE 'operator' END,
    r.witnessed = true, r.id = randomUUID();
