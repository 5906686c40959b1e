-- The list of accounts: one row an account. Times are Unix seconds.
-- `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
create table accounts{s} (
    id text primary key,
    name text not null,
    platform text,
    created bigint not null
)

-- :index by_platform
create index accounts_by_platform_{i} on accounts{s} (platform, id)

-- :get
select *
from accounts{s}
where id = :id

-- :all
select *
from accounts{s}
order by created, id

-- :connected_to
select id
from accounts{s}
where platform = :platform
order by id
limit :limit

-- :connected_among
select id
from accounts{s}
where platform = :platform
    and id in ({many})

-- :add
insert into accounts{s} (id, name, platform, created)
values (:id, :name, :platform, :created)
