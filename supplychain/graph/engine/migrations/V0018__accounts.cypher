// The second step at signing in, mails that wait to be sent, and registrations that wait for one.

CREATE CONSTRAINT second_factor_user IF NOT EXISTS FOR (n:SecondFactor) REQUIRE n.user_id IS UNIQUE;
CREATE CONSTRAINT half_session_digest IF NOT EXISTS FOR (n:HalfSession) REQUIRE n.digest IS UNIQUE;
CREATE INDEX half_session_user IF NOT EXISTS FOR (n:HalfSession) ON (n.user_id);
CREATE INDEX half_session_end IF NOT EXISTS FOR (n:HalfSession) ON (n.ends_at);
CREATE CONSTRAINT mail_id IF NOT EXISTS FOR (n:Mail) REQUIRE n.id IS UNIQUE;
CREATE INDEX mail_state IF NOT EXISTS FOR (n:Mail) ON (n.state);
CREATE CONSTRAINT waiting_registration_id IF NOT EXISTS FOR (n:WaitingRegistration) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT waiting_registration_digest IF NOT EXISTS FOR (n:WaitingRegistration) REQUIRE n.digest IS UNIQUE;
