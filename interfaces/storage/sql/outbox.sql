-- The outbox: one row for each event and webhook endpoint, and one for each attempt. Times are Unix seconds, with
-- fractions where rows say `double precision`. A row is due while `due_at` is set, and leased until `leased_until`.

-- :create deliveries
create table if not exists webhook_deliveries (
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
)

-- :create due
create index if not exists webhook_deliveries_due
on webhook_deliveries (endpoint_id, due_at, position) where due_at is not null

-- :create undelivered
create index if not exists webhook_deliveries_undelivered
on webhook_deliveries (account, livemode, event_type) where delivered_at is null

-- :create by worker
create index if not exists webhook_deliveries_by_worker
on webhook_deliveries (worker) where worker <> ''

-- :create by age
create index if not exists webhook_deliveries_by_age
on webhook_deliveries (created)

-- :create attempts
create table if not exists webhook_attempts (
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
)

-- :create attempts of event
create index if not exists webhook_attempts_of_event
on webhook_attempts (event_id, endpoint_id)

-- :create attempts by endpoint
create index if not exists webhook_attempts_by_endpoint
on webhook_attempts (endpoint_id, started_at)

-- :create attempts by time
create index if not exists webhook_attempts_by_time
on webhook_attempts (started_at)

-- :create attempts delivered
create index if not exists webhook_attempts_delivered
on webhook_attempts (endpoint_id, started_at) where is_delivered = 1

-- :create settled
create index if not exists webhook_deliveries_settled
on webhook_deliveries (endpoint_id, event_id) where due_at is not null or delivered_at is not null

-- :create position
create table if not exists webhook_outbox (
    id integer primary key,
    position bigint not null
)

-- :position
select position
from webhook_outbox
where id = 1

-- :advance
insert into webhook_outbox (id, position)
values (1, :position)
on conflict (id) do update set position = excluded.position
where excluded.position > webhook_outbox.position

-- :rewind
update webhook_outbox
set position = :position
where position > :position

-- :feed
insert into webhook_deliveries (
    event_id, endpoint_id, event_type, account, livemode, position, created, due_at, attempts, worker, leased_until
)
values (
    :event_id, :endpoint_id, :event_type, :account, :livemode, :position, :created, :due_at, 0, '', 0
)
on conflict (event_id, endpoint_id) do nothing

-- :make due
insert into webhook_deliveries (
    event_id, endpoint_id, event_type, account, livemode, position, created, due_at, attempts, worker, leased_until
)
values (
    :event_id, :endpoint_id, :event_type, :account, :livemode, :position, :created, :due_at, 0, '', 0
)
on conflict (event_id, endpoint_id) do update set
    due_at = excluded.due_at,
    attempts = 0,
    worker = '',
    leased_until = 0,
    delivered_at = null

-- :endpoints
-- those with something due, the longest wait first; each is one step through the index, however much is due to it
with recursive waiting (endpoint_id) as (
    select min(endpoint_id)
    from webhook_deliveries
    where due_at is not null
    union all
    select (
        select min(following.endpoint_id)
        from webhook_deliveries as following
        where following.due_at is not null
            and following.endpoint_id > waiting.endpoint_id
    )
    from waiting
    where waiting.endpoint_id is not null
),

first_due as (
    select
        waiting.endpoint_id,
        (
            select min(due.due_at)
            from webhook_deliveries as due
            where due.due_at is not null
                and due.endpoint_id = waiting.endpoint_id
        ) as due_at
    from waiting
    where waiting.endpoint_id is not null
)

select endpoint_id
from first_due
where due_at <= :now
order by due_at, endpoint_id

-- :claim
-- a lease beyond the horizon was made before the clock was set back, and does not count
update webhook_deliveries
set
    worker = :worker,
    leased_until = :leased_until
where endpoint_id = :endpoint_id
    and event_id in (
        select event_id
        from webhook_deliveries
        where endpoint_id = :endpoint_id
            and due_at is not null
            and due_at <= :now
            and (leased_until <= :now or leased_until > :horizon)
        order by due_at, position, event_id
        limit :limit
        {lock}
    )
returning event_id, endpoint_id, event_type, account, livemode, position, created, attempts, due_at

-- :record
insert into webhook_attempts (
    event_id, endpoint_id, number, started_at, seconds, status, error, answer, is_delivered, due_again_at
)
values (
    :event_id, :endpoint_id, :number, :started_at, :seconds, :status, :error, :answer, :is_delivered, :due_again_at
)

-- :deliver
update webhook_deliveries
set
    attempts = :number,
    due_at = null,
    worker = '',
    leased_until = 0,
    delivered_at = :now
where event_id = :event_id
    and endpoint_id = :endpoint_id

-- :postpone
update webhook_deliveries
set
    attempts = :number,
    due_at = :due_again_at,
    worker = '',
    leased_until = 0
where event_id = :event_id
    and endpoint_id = :endpoint_id
    and worker = :worker
    and attempts = :number - 1 -- else it was made due again meanwhile, with attempts counted anew
    and delivered_at is null

-- :release
update webhook_deliveries
set
    worker = '',
    leased_until = 0
where worker = :worker

-- :give up
update webhook_deliveries
set
    due_at = null,
    worker = '',
    leased_until = 0
where event_id = :event_id
    and endpoint_id = :endpoint_id
    and worker = :worker

-- :drop
update webhook_deliveries
set
    due_at = null,
    worker = '',
    leased_until = 0
where endpoint_id = :endpoint_id
    and due_at is not null
    and position <= :up_to
    and (due_at <= :at or attempts > 0)

-- :forget answers
update webhook_attempts
set answer = ''
where event_id = :event_id

-- :sweep attempts
delete from webhook_attempts
where event_id in (
    select event_id
    from webhook_deliveries
    where created < :before
)

-- :sweep
delete from webhook_deliveries
where created < :before

-- :pending
select
    event_id,
    count(*) as endpoints
from webhook_deliveries
where due_at is not null
    and event_id in ({ids})
group by event_id

-- :undelivered
select distinct event_id
from webhook_deliveries
where account = :account
    and livemode = :livemode
    and event_type = :event_type
    and delivered_at is null

-- :attempts
select *
from webhook_attempts
where event_id = :event_id
order by started_at, endpoint_id, number

-- :latest attempts
select *
from webhook_attempts
order by started_at desc
limit :limit

-- :settled
select event_id
from webhook_deliveries
where endpoint_id = :endpoint_id
    and (due_at is not null or delivered_at is not null)

-- :failures
-- those after the latest success
select started_at
from webhook_attempts
where endpoint_id = :endpoint_id
    and is_delivered = 0
    and started_at > :after
    and started_at > coalesce(
        (
            select max(success.started_at)
            from webhook_attempts as success
            where success.endpoint_id = :endpoint_id
                and success.is_delivered = 1
        ),
        0
    )
order by started_at
limit :most
