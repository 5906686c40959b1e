-- The queue of pending runs. A run is either in `queue_runs`, and may be taken, or in `queue_leases`, under lease or
-- waiting for its time. Positions are those of the log; times are Unix seconds with fractions.
--
-- Every transaction locks the rows of accounts first, in the order of their names, then others: none waits in a circle.

-- :create runs
-- one row a run that may be taken
create table if not exists queue_runs (
    account text not null,
    position bigint not null,
    run_id text not null,
    primary key (account, position)
)

-- :create runs index
create unique index if not exists queue_runs_by_id on queue_runs (run_id)

-- :create leases
-- one row a run under lease, with its worker, and one a run that waits, without a worker; a run that is leased before
-- it is stored has no position
create table if not exists queue_leases (
    run_id text primary key,
    account text not null,
    position bigint,
    worker text not null,
    held_since double precision not null,
    held_until double precision not null
)

-- :create leases index
create index if not exists queue_leases_by_end on queue_leases (held_until)

-- :create leases second index
create index if not exists queue_leases_by_begin on queue_leases (held_since)

-- :create accounts
-- one row an account: its runs under lease, and the position of its oldest run that may be taken
create table if not exists queue_accounts (
    account text primary key,
    in_work integer not null,
    head bigint
)

-- :create accounts index
create index if not exists queue_accounts_by_turn on queue_accounts (in_work, head) where head is not null

-- :create position
-- one row: how far in the log the queue has come; none before it was filled for the first time
create table if not exists queue_position (
    position bigint not null
)

-- :position
select position
from queue_position

-- :advance
update queue_position
set position = :position

-- :first position
insert into queue_position (position)
values (:position)

-- :clear runs
delete from queue_runs

-- :clear accounts
update queue_accounts
set
    in_work = 0,
    head = null

-- :clear position
delete from queue_position

-- :count
select
    (select count(*) from queue_runs) as available,
    (select count(*) from queue_leases where position is not null) as held

-- :next
-- the account with the fewest runs in work, of these the one with the oldest run that may be taken
select account, head
from queue_accounts
where head is not null
    and in_work < :account_limit
order by in_work, head
limit 1
{lock}

-- :lock account
select account
from queue_accounts
where account = :account
{lock}

-- :lock accounts
select account
from queue_accounts
order by account collate "C"
{lock}

-- :know account
insert into queue_accounts (account, in_work, head)
values (:account, 0, null)
on conflict (account) do nothing

-- :take
delete from queue_runs
where account = :account
    and position = :position
returning run_id

-- :took
-- the account's row after a run of it was taken
update queue_accounts
set
    in_work = in_work + :more_in_work,
    head = case
        when head = :position then (
            select position
            from queue_runs
            where account = :account
                and position > :position
            order by position
            limit 1
        )
        else head
    end
where account = :account

-- :give back
-- the account's row after a run of it may be taken again, or for the first time
update queue_accounts
set head = case when head < :position then head else :position end
where account = :account

-- :work
update queue_accounts
set in_work = in_work + :more_in_work
where account = :account

-- :hold
insert into queue_leases (run_id, account, position, worker, held_since, held_until)
values (:run_id, :account, :position, :worker, :held_since, :held_until)
on conflict (run_id) do nothing
returning run_id

-- :put back
insert into queue_runs (account, position, run_id)
values (:account, :position, :run_id)
on conflict do nothing

-- :find run
select account, position
from queue_runs
where run_id = :run_id

-- :find lease
select account, position
from queue_leases
where run_id = :run_id

-- :unplaced
-- the leases of runs that the queue has not met in the log
select run_id
from queue_leases
where position is null

-- :place
update queue_leases
set position = :position
where run_id = :run_id
returning run_id

-- :held
select run_id, account, worker
from queue_leases

-- :ended
-- leases that have ended and waits that are over; one that begins beyond the horizon was made before the clock was set
-- back. Each in the order of an index: for conditions joined by `or`, PostgreSQL reads all runs that wait.
select run_id, account
from (
    select run_id, account
    from queue_leases
    where held_until <= :now
    order by held_until
    limit :limit
) as ended
union
select run_id, account
from (
    select run_id, account
    from queue_leases
    where held_since > :horizon
    order by held_since
    limit :limit
) as ahead

-- :end
delete from queue_leases
where run_id = :run_id
    and (
        held_until <= :now
        or held_since > :horizon
    )
returning position, worker

-- :drop lease
delete from queue_leases
where run_id = :run_id
returning position, worker

-- :release
delete from queue_leases
where run_id = :run_id
    and worker = :worker
returning position

-- :renew
update queue_leases
set
    held_since = :held_since,
    held_until = :held_until
where run_id = :run_id
    and worker = :worker
returning run_id

-- :postpone
update queue_leases
set
    worker = '',
    held_since = :held_since,
    held_until = :held_until
where run_id = :run_id
    and worker = :worker
returning run_id
