-- The register of worker processes, by their heartbeats. Times are Unix seconds with fractions.

create table queue_workers (
    name text primary key,
    host text not null,
    pid integer not null,
    started double precision not null,
    last_seen double precision not null
);
