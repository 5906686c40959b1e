-- The list of API keys: one row a key. Times are Unix seconds.
-- `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
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
    revoked_at bigint,
    name text not null
)

-- :index by_secret
create unique index api_keys_by_secret_{i} on api_keys{s} (secret_sha256)

-- :index by_account
create index api_keys_by_account_{i} on api_keys{s} (account, livemode, created, id)

-- :by_id
select *
from api_keys{s}
where id = :id

-- :of_account
select *
from api_keys{s}
where account = :account
    and livemode = :livemode
order by created desc, id desc
limit :limit

-- :by_secret
select *
from api_keys{s}
where secret_sha256 = :secret_sha256

-- :all
select *
from api_keys{s}
order by created, id

-- :add
insert into api_keys{s} (
    id, account, livemode, kind, secret_sha256, redacted, permissions, created, expires_at, name
)
values (
    :id, :account, :livemode, :kind, :secret_sha256, :redacted, :permissions, :created, :expires_at, :name
)

-- :revoke
update api_keys{s}
set revoked_at = :at
where id = :id
