// The key pairs that seal the bids of a request, one each. A bid that lay plain before is sealed when
// it is next saved, or by the worker within ten minutes.

CREATE CONSTRAINT request_seal_request IF NOT EXISTS FOR (n:RequestSeal) REQUIRE n.request_id IS UNIQUE;
CREATE CONSTRAINT opening_agreement_id IF NOT EXISTS FOR (n:OpeningAgreement) REQUIRE n.id IS UNIQUE;
