-- Webhooks: the outbox of deliveries, its attempts and its position in the log, and the secrets that sign deliveries.
-- Times are Unix seconds, with fractions where columns are `double precision`.

create table webhook_deliveries (
    event_id text not null,
    endpoint_id text not null,
    event_type text not null,
    account text not null,
    livemode integer not null,
    position bigint not null,
    created bigint not null,
    due_at double precision,
    attempts integer not null,
    worker text not null,
    leased_until double precision not null,
    delivered_at double precision,
    primary key (event_id, endpoint_id)
);

create index webhook_deliveries_due
on webhook_deliveries (endpoint_id, due_at, position) where due_at is not null;

create index webhook_deliveries_undelivered
on webhook_deliveries (account, livemode, event_type) where delivered_at is null;

create index webhook_deliveries_by_worker
on webhook_deliveries (worker) where worker <> '';

create index webhook_deliveries_by_age
on webhook_deliveries (created);

create table webhook_attempts (
    event_id text not null,
    endpoint_id text not null,
    number integer not null,
    started_at double precision not null,
    seconds double precision not null,
    status integer,
    error text,
    answer text not null,
    is_delivered integer not null,
    due_again_at double precision
);

create index webhook_attempts_of_event
on webhook_attempts (event_id, endpoint_id);

create index webhook_attempts_by_endpoint
on webhook_attempts (endpoint_id, started_at);

create table webhook_outbox (
    id integer primary key,
    position bigint not null
);

create table webhook_secrets (
    endpoint_id text not null,
    generation integer not null,
    secret text not null,
    primary key (endpoint_id, generation)
);
