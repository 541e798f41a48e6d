// What is open to a firm, and what it was invited to, is read by keys: an invitation has a node
// beside its relation, a request for everybody or for a chain a key of its own. The program fills
// them for what was there before. What waits for the clock has small nodes that go with it. What
// may be forgotten has an index of its age.

CREATE CONSTRAINT invitation_id IF NOT EXISTS FOR (n:Invitation) REQUIRE n.id IS UNIQUE;
CREATE INDEX invitation_request IF NOT EXISTS FOR (n:Invitation) ON (n.request_id);
CREATE INDEX invitation_key IF NOT EXISTS FOR (n:Invitation) ON (n.list_key);
CREATE INDEX invitation_open IF NOT EXISTS FOR (n:Invitation) ON (n.open_key);
CREATE INDEX request_open_key IF NOT EXISTS FOR (n:PartsRequest) ON (n.open_key);
CREATE INDEX request_open_chain IF NOT EXISTS FOR (n:PartsRequest) ON (n.open_chain);
CREATE CONSTRAINT live_job_id IF NOT EXISTS FOR (n:LiveJob) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT open_deadline_id IF NOT EXISTS FOR (n:OpenDeadline) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT open_offer_id IF NOT EXISTS FOR (n:OpenOffer) REQUIRE n.id IS UNIQUE;
CREATE INDEX waiting_registration_end IF NOT EXISTS FOR (n:WaitingRegistration) ON (n.ends_at);
CREATE INDEX password_reset_end IF NOT EXISTS FOR (n:PasswordReset) ON (n.ends_at);
CREATE INDEX colleague_invite_end IF NOT EXISTS FOR (n:ColleagueInvite) ON (n.ends_at);
CREATE INDEX token_end IF NOT EXISTS FOR (n:Token) ON (n.ends_at);
CREATE INDEX upload_created IF NOT EXISTS FOR (n:Upload) ON (n.created_at);
CREATE INDEX ranking_made IF NOT EXISTS FOR (n:Ranking) ON (n.made_at);
MATCH (j:Job {state: 'queued'}) WHERE j.ended_at IS NULL MERGE (:LiveJob {id: j.id});
MATCH (j:Job {state: 'running'}) WHERE j.ended_at IS NULL MERGE (:LiveJob {id: j.id});
MATCH (r:PartsRequest {state: 'open'}) WHERE r.opened_at IS NULL
MERGE (w:OpenDeadline {id: r.id}) SET w.deadline = r.deadline;
MATCH (o:Order {state: 'offered'}) WHERE o.ends_at IS NOT NULL AND o.accepted_at IS NULL
MERGE (w:OpenOffer {id: o.id}) SET w.ends_at = o.ends_at;
MATCH (o:Order {state: 'awaiting_consent'}) WHERE o.ends_at IS NOT NULL AND o.accepted_at IS NULL
MERGE (w:OpenOffer {id: o.id}) SET w.ends_at = o.ends_at;
