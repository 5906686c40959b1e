-- Claims: one row for each run under lease, with its worker. Times are Unix seconds with fractions.

-- :create claims
create table if not exists claims (
    run_id text primary key,
    account text not null,
    worker text not null,
    expires_at double precision not null
)

-- :next
-- the oldest pending run without a lease, of the account with the fewest runs under lease; a claim beyond the horizon
-- was made before the clock was set back, and does not count
select
    runs.id,
    runs.account
from runs{s} as runs
left join claims
    on claims.run_id = runs.id
    and claims.expires_at > :now
    and claims.expires_at <= :horizon
left join (
    select
        account,
        count(*) as runs_in_work
    from claims
    where expires_at > :now
        and worker <> ''
    group by account
) as busy on busy.account = runs.account
where runs.status = 'pending'
    and claims.run_id is null
    and coalesce(busy.runs_in_work, 0) < :account_limit
order by
    coalesce(busy.runs_in_work, 0),
    runs.position
limit 1
{skip_locked}

-- :acquire
insert into claims (run_id, account, worker, expires_at)
values (:run_id, :account, :worker, :expires_at)
on conflict (run_id) do update set
    worker = excluded.worker,
    expires_at = excluded.expires_at
where claims.expires_at <= :now
    or claims.expires_at > :horizon
returning run_id

-- :renew
update claims
set expires_at = :expires_at
where run_id = :run_id
    and worker = :worker

-- :postpone
update claims
set
    expires_at = :expires_at,
    worker = ''
where run_id = :run_id
    and worker = :worker

-- :release
delete from claims
where run_id = :run_id
    and worker = :worker

-- :holder
select run_id
from claims
where run_id = :run_id
    and worker = :worker
