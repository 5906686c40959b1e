-- The list of runs: one row a run. Times are Unix seconds, sizes are bytes.
-- `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
create table runs{s} (
    position bigint not null,
    id text not null,
    account text not null,
    livemode integer not null,
    report_type text not null,
    parameters text not null,
    created bigint not null,
    status text not null,
    attempts integer not null,
    error text,
    succeeded_at bigint,
    file_id text,
    file_size bigint
)

-- :index by_id
create unique index runs_by_id_{i} on runs{s} (id)

-- :index by_place
create index runs_by_place_{i} on runs{s} (account, livemode, created, position)

-- :index pending
create index runs_pending_{i} on runs{s} (position) where status = 'pending'

-- :get
select *
from runs{s}
where id = :id
    and account = :account
    and livemode = :livemode

-- :pending after
select id, account, position
from runs{s}
where status = 'pending'
    and position > :position
order by position
limit :limit

-- :start_attempt
update runs{s}
set attempts = :attempts
where id = :id

-- :succeed
update runs{s}
set
    status = 'succeeded',
    error = null,
    succeeded_at = :succeeded_at,
    file_id = :file_id,
    file_size = :file_size
where id = :id

-- :fail
update runs{s}
set
    status = 'failed',
    error = :error
where id = :id

-- :set_aside
update runs{s}
set
    status = 'failed',
    error = :error
where id = :id
    and status = 'pending'
