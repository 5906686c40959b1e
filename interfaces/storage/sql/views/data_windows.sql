-- The history of data windows: one row for each change of a mode's, owner's and table's window. Times are Unix seconds.
-- `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
create table data_windows{s} (
    position bigint not null,
    livemode integer not null,
    owner text not null,
    report_table text not null,
    ledger_version bigint not null,
    window_start bigint not null,
    window_end bigint not null,
    complete_through bigint,
    created bigint not null,
    primary key (livemode, owner, report_table, position)
)

-- :index by_position
create index data_windows_by_position_{i} on data_windows{s} (livemode, position)

-- :of_account
select *
from data_windows{s} as shown
where livemode = :livemode
    and owner in (:account, :all_accounts, :whole_ledger)
    and (
        created >= :since
        or position = (
            select max(position)
            from data_windows{s} as earlier
            where earlier.livemode = shown.livemode
                and earlier.owner = shown.owner
                and earlier.report_table = shown.report_table
                and earlier.created < :since
        )
    )
order by position, owner, report_table

-- :of_connected_accounts
select shown.*
from data_windows{s} as shown
inner join accounts{s} on accounts{s}.id = shown.owner
where shown.livemode = :livemode
    and accounts{s}.platform = :account
    and (
        shown.created >= :since
        or shown.position = (
            select max(position)
            from data_windows{s} as earlier
            where earlier.livemode = shown.livemode
                and earlier.owner = shown.owner
                and earlier.report_table = shown.report_table
                and earlier.created < :since
        )
    )
order by shown.position, shown.owner, shown.report_table

-- :last_position
select max(position) as position
from data_windows{s}
where livemode = :livemode

-- :last
select window_start, window_end, complete_through
from data_windows{s}
where livemode = :livemode
    and owner = :owner
    and report_table = :report_table
order by position desc
limit 1

-- :put
insert into data_windows{s} (
    position, livemode, owner, report_table, ledger_version, window_start, window_end, complete_through, created
)
values (
    :position, :livemode, :owner, :report_table, :ledger_version, :window_start, :window_end, :complete_through,
    :created
)
on conflict (livemode, owner, report_table, position) do nothing
