-- The register of worker processes, one row each. Times are Unix seconds with fractions.

-- :create workers
create table if not exists queue_workers (
    name text primary key,
    host text not null,
    pid integer not null,
    started double precision not null,
    last_seen double precision not null
)

-- :beat
insert into queue_workers (name, host, pid, started, last_seen)
values (:name, :host, :pid, :started, :now)
on conflict (name) do update
set
    started = excluded.started,
    last_seen = excluded.last_seen

-- :forget
-- those that have died long ago, and those of before the clock was set back
delete from queue_workers
where last_seen < :oldest
    or last_seen > :newest

-- :leave
delete from queue_workers
where name = :name

-- :seen
select name, host, pid, started, last_seen
from queue_workers
order by name
