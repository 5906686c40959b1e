-- Idempotency records: the first response to each idempotency key of an account and mode. Times are Unix seconds.
-- They are written in the transaction that stores the events of the request. Rows are in insertion order, so that new
-- ones touch few pages; only the index of keys is written at random.

-- :create
create table if not exists receipts (
    account text not null,
    livemode integer not null,
    key text not null,
    fingerprint blob not null,
    status integer not null,
    body blob not null,
    request_id text not null,
    created bigint not null,
    primary key (account, livemode, key)
)

-- :get
select *
from receipts
where account = :account
    and livemode = :livemode
    and key = :key

-- :sweep in order of insertion
-- for a store that gives rows ascending numbers: looks at the oldest rows alone
delete from receipts
where rowid in (
    select rowid
    from receipts
    order by rowid
    limit :limit
)
    and created < :before
returning created

-- :sweep in order of time
-- for a store with an index by time; `since` passes over rows that were deleted, and that it still keeps
delete from receipts
where ctid = any(array(
    select ctid
    from receipts
    where created >= :since
        and created < :before
    order by created
    limit :limit
))
returning created
