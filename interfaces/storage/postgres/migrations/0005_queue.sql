-- The queue of pending runs. What each table holds is said in the statements that both stores share, `queue.sql`.
-- The table `claims` stays for programs of the version before.

create table queue_runs (
    account text not null,
    position bigint not null,
    run_id text not null,
    primary key (account, position)
);

create unique index queue_runs_by_id on queue_runs (run_id);

create table queue_leases (
    run_id text primary key,
    account text not null,
    position bigint,
    worker text not null,
    held_since double precision not null,
    held_until double precision not null
);

create index queue_leases_by_end on queue_leases (held_until);

create index queue_leases_by_begin on queue_leases (held_since);

create table queue_accounts (
    account text primary key,
    in_work integer not null,
    head bigint
);

create index queue_accounts_by_turn on queue_accounts (in_work, head)
where head is not null;

create table queue_position (
    position bigint not null
);

-- Rewrites a table that has grown to `worth_it` bytes; gives its size afterwards, null when nothing was done.
-- Copying the rows into the emptied table leaves their old versions behind, which a vacuum must keep for as long as
-- any snapshot is older. A table that is being read as a whole, as pg_dump does, is left as it is.

create function reportrun_compact(compacted text, worth_it bigint)
returns bigint
language plpgsql
as $$
begin
    if to_regclass(compacted) is null or pg_relation_size(compacted::regclass) < worth_it then
        return null;
    end if;
    execute format('lock table %s in access exclusive mode nowait', compacted::regclass);
    execute format('create temporary table compacted on commit drop as table %s', compacted::regclass);
    execute format('truncate %s', compacted::regclass);
    execute format('insert into %s select * from compacted', compacted::regclass);
    drop table compacted;
    return pg_relation_size(compacted::regclass);
exception
    when lock_not_available then
        return null;
end
$$;
