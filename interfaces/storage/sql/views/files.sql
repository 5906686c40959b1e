-- The list of result files: one row a file. Times are Unix seconds, sizes are bytes.
-- `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
create table files{s} (
    position bigint not null,
    id text not null,
    run_id text not null,
    account text not null,
    livemode integer not null,
    created bigint not null,
    filename text not null,
    size bigint not null,
    sha256 text not null,
    removed_at bigint,
    has_links integer not null
)

-- :index by_id
create unique index files_by_id_{i} on files{s} (id)

-- :index by_place
create index files_by_place_{i} on files{s} (account, livemode, created, position)

-- :index kept
create index files_kept_{i} on files{s} (created, position) where removed_at is null

-- :get
select *
from files{s}
where id = :id
    and account = :account
    and livemode = :livemode

-- :kept
select *
from files{s}
where created < :created_before
    and removed_at is null
order by created, position
limit :limit

-- :known
select id
from files{s}
where id in ({many})

-- :by_id
select *
from files{s}
where id > :after
    and removed_at is null
order by id
limit :limit

-- :mark_removed
update files{s}
set removed_at = :removed_at
where id = :id

-- :mark_linked
update files{s}
set has_links = :has_links
where id = :id
