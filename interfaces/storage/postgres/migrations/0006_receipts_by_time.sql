-- Idempotency records by their time, so that the sweep of old ones looks at no others. On a large table this takes some
-- seconds, in which creates wait.

create index receipts_by_time on receipts (created);
