-- The list of file links: one row a link. Times are Unix seconds; metadata is JSON.
-- `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
create table file_links{s} (
    position bigint not null,
    id text not null,
    account text not null,
    livemode integer not null,
    created bigint not null,
    file_id text not null,
    token text not null,
    expires_at bigint,
    metadata text not null
)

-- :index by_id
create unique index file_links_by_id_{i} on file_links{s} (id)

-- :index by_token
create unique index file_links_by_token_{i} on file_links{s} (token)

-- :index by_place
create index file_links_by_place_{i} on file_links{s} (account, livemode, created, position)

-- :index by_file
create index file_links_by_file_{i} on file_links{s} (file_id, created, position)

-- :filter of file
and file_id = :file_id

-- :filter expired
and expires_at <= :now

-- :filter not expired
and (expires_at is null or expires_at > :now)

-- :get
select *
from file_links{s}
where id = :id
    and account = :account
    and livemode = :livemode

-- :by_token
select *
from file_links{s}
where token = :token

-- :update
update file_links{s}
set
    expires_at = :expires_at,
    metadata = :metadata
where id = :id

-- :expire
update file_links{s}
set expires_at = :expires_at
where id = :id
