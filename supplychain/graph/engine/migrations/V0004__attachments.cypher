// Files are kept by what is in them: which of them are still in use is asked by their digest.

CREATE INDEX attachment_content IF NOT EXISTS FOR (n:Attachment) ON (n.sha256);
