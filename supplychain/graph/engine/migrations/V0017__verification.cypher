// Firms by the form in which names are compared, by registration number, and by who vouches for
// them; links by which the first user of an unclaimed firm joins it. The migration itself fills the
// folded names of firms that were there before.

CREATE INDEX firm_name_fold IF NOT EXISTS FOR (n:Firm) ON (n.name_fold);
CREATE INDEX firm_number_key IF NOT EXISTS FOR (n:Firm) ON (n.number_key);
CREATE INDEX firm_verified_by IF NOT EXISTS FOR (n:Firm) ON (n.verified_by);
CREATE INDEX firm_imported_by IF NOT EXISTS FOR (n:Firm) ON (n.imported_by);
CREATE CONSTRAINT firm_claim_id IF NOT EXISTS FOR (n:FirmClaim) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT firm_claim_digest IF NOT EXISTS FOR (n:FirmClaim) REQUIRE n.digest IS UNIQUE;
CREATE INDEX firm_claim_firm IF NOT EXISTS FOR (n:FirmClaim) ON (n.firm_id);
CREATE INDEX firm_suspended_at IF NOT EXISTS FOR (n:Firm) ON (n.suspended_at);
