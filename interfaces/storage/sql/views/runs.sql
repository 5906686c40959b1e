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
    file_size bigint,
    finished_at bigint,
    finished_position bigint not null,
    has_links integer not null,
    asked_by text not null
)

-- :index by_id
create unique index runs_by_id_{i} on runs{s} (id)

-- :index by_place
create index runs_by_place_{i} on runs{s} (account, livemode, created, position)

-- :index pending
create index runs_pending_{i} on runs{s} (position) where status = 'pending'

-- :index by_outcome
create index runs_by_outcome_{i} on runs{s} (account, livemode, finished_at, finished_position)
where finished_position > 0

-- :index by_type
create index runs_by_type_{i} on runs{s} (account, livemode, report_type, created, position)

-- :index by_asker
create index runs_by_asker_{i} on runs{s} (account, livemode, asked_by, created, position)

-- :index pending_by_place
create index runs_pending_by_place_{i} on runs{s} (account, livemode, created, position) where status = 'pending'

-- :index failed_by_place
create index runs_failed_by_place_{i} on runs{s} (account, livemode, created, position) where status = 'failed'

-- :filter pending
-- a constant, as in the condition of the index
and status = 'pending'

-- :filter failed
and status = 'failed'

-- :filter succeeded
and status = 'succeeded'

-- :filter one type
and report_type = :report_type

-- :filter one asker
and asked_by = :asked_by

-- :filter finished
and finished_position > 0

-- :filter one status
and status = :status

-- :filter delivered
-- an event has the id of its run, but for the prefix
and not exists (
    select 1
    from webhook_deliveries
    where event_id = 'evt' || substr(id, 4)
        and delivered_at is null
)

-- :filter undelivered
and id in (
    select 'frr' || substr(event_id, 4)
    from webhook_deliveries
    where account = :account
        and livemode = :livemode
        and delivered_at is null
)

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

-- :backlog
select
    (
        select count(*)
        from (
            select 1
            from runs{s}
            where status = 'pending'
            limit :most
        ) as counted
    ) as pending,
    (
        select created
        from runs{s}
        where status = 'pending'
        order by position
        limit 1
    ) as oldest

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
    file_size = :file_size,
    finished_at = :finished_at,
    finished_position = :finished_position
where id = :id

-- :fail
update runs{s}
set
    status = 'failed',
    error = :error,
    finished_at = :finished_at,
    finished_position = :finished_position
where id = :id

-- :mark_linked
update runs{s}
set has_links = :has_links
where id = :id

-- :set_aside
update runs{s}
set
    status = 'failed',
    error = :error
where id = :id
    and status = 'pending'

-- :erase_parameters
update runs{s}
set parameters = :parameters
where id = :id

-- :erase_error
update runs{s}
set error = :error
where id = :id
    and status = 'failed'

-- :erase_asker
update runs{s}
set asked_by = :asked_by
where id = :id
