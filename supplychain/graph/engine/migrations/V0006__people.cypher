// Looked up on the pages of people: a user's tokens and a firm's open invitations.

CREATE INDEX token_user IF NOT EXISTS FOR (n:Token) ON (n.user_id);
CREATE INDEX colleague_invite_firm IF NOT EXISTS FOR (n:ColleagueInvite) ON (n.firm_id);
