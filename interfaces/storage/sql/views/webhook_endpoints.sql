-- The list of webhook endpoints: one row an endpoint, deleted ones too. Times are Unix seconds; lists and hashes are
-- JSON. `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
create table webhook_endpoints{s} (
    position bigint not null,
    id text not null,
    account text not null,
    livemode integer not null,
    created bigint not null,
    url text not null,
    enabled_events text not null,
    api_version text,
    connect integer not null,
    description text,
    metadata text not null,
    base_url text not null,
    status text not null,
    generation integer not null,
    expiring text not null,
    deleted_at bigint,
    health text not null,
    notices text not null
)

-- :index by_id
create unique index webhook_endpoints_by_id_{i} on webhook_endpoints{s} (id)

-- :index by_place
create index webhook_endpoints_by_place_{i} on webhook_endpoints{s} (account, livemode, created, position)

-- :filter not deleted
and deleted_at is null

-- :get
select *
from webhook_endpoints{s}
where id = :id
    and account = :account
    and livemode = :livemode

-- :by_id
select *
from webhook_endpoints{s}
where id = :id

-- :all
select *
from webhook_endpoints{s}
where deleted_at is null
order by created, position

-- :of_account
select *
from webhook_endpoints{s}
where account = :account
    and livemode = :livemode
    and deleted_at is null
order by created, position

-- :listening_to
select webhook_endpoints{s}.*
from webhook_endpoints{s}
where livemode = :livemode
    and deleted_at is null
    and status = 'enabled'
    and (
        (account = :account and connect = 0)
        or (connect = 1 and account = (select platform from accounts{s} where id = :account))
    )
order by created, position

-- :with_notices
select *
from webhook_endpoints{s}
where account = :account
    and livemode = :livemode
    and notices <> ''

-- :notices
select notices
from webhook_endpoints{s}
where id = :id

-- :note
update webhook_endpoints{s}
set
    health = :health,
    notices = :notices
where id = :id

-- :update
update webhook_endpoints{s}
set
    url = :url,
    enabled_events = :enabled_events,
    description = :description,
    metadata = :metadata
where id = :id

-- :set_status
update webhook_endpoints{s}
set status = :status
where id = :id

-- :roll
update webhook_endpoints{s}
set
    generation = :generation,
    expiring = :expiring
where id = :id

-- :delete
update webhook_endpoints{s}
set deleted_at = :deleted_at
where id = :id
