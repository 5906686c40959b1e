-- The event log: one row an event, as the eventsourcing library keeps it for aggregates with text ids.
-- notification_id is the event's position in the log.

create table reportrun_events (
    originator_id text not null,
    originator_version bigint not null,
    topic text,
    state bytea,
    notification_id bigserial,
    primary key (originator_id, originator_version)
)
with (
    autovacuum_vacuum_threshold = 100000000,
    autovacuum_vacuum_scale_factor = 0.5,
    autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.01
);

create unique index reportrun_events_notification_id_idx
on reportrun_events (notification_id asc);
