-- How far the log is sealed, and which process seals it: one row. Hashes and keys are hex, times Unix seconds.

-- :create
create table if not exists audit_seal (
    id integer primary key,
    origin text not null,
    public_key text not null,
    size bigint not null,
    root text not null,
    position bigint not null,
    note text not null,
    previous text not null,
    sealed_at double precision not null,
    holder text not null,
    leased_until double precision not null
)

-- :get
select
    origin,
    public_key,
    size,
    root,
    position,
    note,
    previous,
    sealed_at
from audit_seal
where id = 1

-- :begin
insert into audit_seal (
    id, origin, public_key, size, root, position, note, previous, sealed_at, holder, leased_until
)
values (1, :origin, :public_key, :size, :root, :position, :note, :previous, :sealed_at, '', 0)
on conflict (id) do nothing
returning id

-- :acquire
update audit_seal
set
    holder = :holder,
    leased_until = :until
where id = 1
    and (holder in ('', :holder) or leased_until <= :now or leased_until > :horizon)
returning id

-- :release
update audit_seal
set
    holder = '',
    leased_until = 0
where id = 1
    and holder = :holder
returning id

-- :advance
update audit_seal
set
    size = :size,
    root = :root,
    position = :position,
    sealed_at = :sealed_at
where id = 1
    and holder = :holder
    and size = :before
returning id

-- :publish
update audit_seal
set note = :note
where id = 1
    and holder = :holder
    and size = :size
returning id
