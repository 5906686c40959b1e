-- Views: one row a run, file, key, account, ledger. Times are Unix seconds, sizes are bytes.
-- `{s}` is empty for the views that readers see, and a suffix for a copy that is being rebuilt.

-- :create positions
create table if not exists positions (
    view text primary key,
    position bigint not null
)

-- :create runs
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

-- :create runs_by_id
create unique index runs_by_id_{i} on runs{s} (id)

-- :create runs_by_place
create index runs_by_place_{i} on runs{s} (account, livemode, created, position)

-- :create runs_pending
create index runs_pending_{i} on runs{s} (position) where status = 'pending'

-- :create files
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
    removed_at bigint
)

-- :create files_by_id
create unique index files_by_id_{i} on files{s} (id)

-- :create files_kept
create index files_kept_{i} on files{s} (created, position) where removed_at is null

-- :create files_by_place
create index files_by_place_{i} on files{s} (account, livemode, created, position)

-- :create api_keys
create table api_keys{s} (
    id text primary key,
    account text not null,
    livemode integer not null,
    kind text not null,
    secret_sha256 text not null,
    redacted text not null,
    permissions text not null,
    created bigint not null,
    expires_at bigint,
    revoked_at bigint
)

-- :create api_keys_by_secret
create unique index api_keys_by_secret_{i} on api_keys{s} (secret_sha256)

-- :create accounts
create table accounts{s} (
    id text primary key,
    name text not null,
    platform text,
    created bigint not null
)

-- :create accounts_by_platform
create index accounts_by_platform_{i} on accounts{s} (platform, id)

-- :create ledgers
create table ledgers{s} (
    livemode integer not null,
    owner text not null,
    report_table text not null,
    window_start bigint not null,
    window_end bigint not null,
    complete_through bigint,
    updated bigint not null,
    primary key (livemode, owner, report_table)
)

-- :position
select position
from positions
where view = :view

-- :every position
select view, position
from positions

-- :advance
insert into positions (view, position)
values (:view, :position)
on conflict (view) do update set position = excluded.position

-- :forget position
delete from positions
where view = :view

-- :older
-- of a view whose rows have a place: a page behind a place, nearest first
select *
from {view}{s}
where account = :account
    and livemode = :livemode
    and created >= :first
    and created <= :last
    and (created, position) < (:created, :position)
order by created desc, position desc
limit :limit

-- :newer
-- the same, ahead of a place
select *
from {view}{s}
where account = :account
    and livemode = :livemode
    and created >= :first
    and created <= :last
    and (created, position) > (:created, :position)
order by created, position
limit :limit

-- :runs get
select *
from runs{s}
where id = :id
    and account = :account
    and livemode = :livemode

-- :runs start_attempt
update runs{s}
set attempts = :attempts
where id = :id

-- :runs succeed
update runs{s}
set
    status = 'succeeded',
    succeeded_at = :succeeded_at,
    file_id = :file_id,
    file_size = :file_size
where id = :id

-- :runs fail
update runs{s}
set
    status = 'failed',
    error = :error
where id = :id

-- :files get
select *
from files{s}
where id = :id
    and account = :account
    and livemode = :livemode

-- :files kept
select *
from files{s}
where created < :created_before
    and removed_at is null
order by created, position
limit :limit

-- :files by_id
select *
from files{s}
where id > :after
    and removed_at is null
order by id
limit :limit

-- :files mark_removed
update files{s}
set removed_at = :at
where id = :id

-- :keys by_secret
select *
from api_keys{s}
where secret_sha256 = :secret_sha256

-- :keys all
select *
from api_keys{s}
order by created, id

-- :keys add
insert into api_keys{s} (
    id, account, livemode, kind, secret_sha256, redacted, permissions, created, expires_at
)
values (
    :id, :account, :livemode, :kind, :secret_sha256, :redacted, :permissions, :created, :expires_at
)

-- :keys revoke
update api_keys{s}
set revoked_at = :at
where id = :id

-- :accounts get
select *
from accounts{s}
where id = :id

-- :accounts all
select *
from accounts{s}
order by created, id

-- :accounts connected_to
select id
from accounts{s}
where platform = :platform
order by id
limit :limit

-- :accounts add
insert into accounts{s} (id, name, platform, created)
values (:id, :name, :platform, :created)

-- :ledgers about
select *
from ledgers{s}
where livemode = :livemode
    and owner in (:account, :everybody, :whole)
order by owner, report_table

-- :ledgers of_connected
select
    report_table,
    min(window_start) as window_start,
    max(window_end) as window_end,
    min(complete_through) as complete_through,
    max(updated) as updated
from ledgers{s}
cross join accounts{s} -- few of very many accounts may have rows
where livemode = :livemode
    and id = owner
    and platform = :account
group by report_table

-- :ledgers put
insert into ledgers{s} (livemode, owner, report_table, window_start, window_end, complete_through, updated)
values (:livemode, :owner, :table, :start, :end, :complete_through, :updated)
on conflict (livemode, owner, report_table) do update set
    window_start = excluded.window_start,
    window_end = excluded.window_end,
    complete_through = excluded.complete_through,
    updated = excluded.updated
