// Links by which a forgotten password is set anew: found by their digest, forgotten by their user.

CREATE CONSTRAINT password_reset_digest IF NOT EXISTS FOR (n:PasswordReset) REQUIRE n.digest IS UNIQUE;
CREATE INDEX password_reset_user IF NOT EXISTS FOR (n:PasswordReset) ON (n.user_id);
