-- Attempts at deliveries: the newest of all, and the newest success of an endpoint.

create index webhook_attempts_by_time
on webhook_attempts (started_at);

create index webhook_attempts_delivered
on webhook_attempts (endpoint_id, started_at) where is_delivered = 1;

create index webhook_deliveries_settled
on webhook_deliveries (endpoint_id, event_id) where due_at is not null or delivered_at is not null;
