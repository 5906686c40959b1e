-- Availability of data: one row for each mode, owner and table. Times are Unix seconds.
-- `{s}` is the suffix of the views' version, or of a shadow copy; `{i}` makes an index's name unique.

-- :create table
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

-- :of_account
select *
from ledgers{s}
where livemode = :livemode
    and owner in (:account, :all_accounts, :whole_ledger)
order by owner, report_table

-- :of_connected_accounts
select
    report_table,
    min(window_start) as window_start,
    max(window_end) as window_end,
    min(complete_through) as complete_through,
    max(updated) as updated
from ledgers{s}
cross join accounts{s} -- this order, because few of many accounts may have rows
where livemode = :livemode
    and id = owner
    and platform = :account
group by report_table

-- :of_accounts
select *
from ledgers{s}
where livemode = :livemode
    and owner in ({many})

-- :put
insert into ledgers{s} (livemode, owner, report_table, window_start, window_end, complete_through, updated)
values (:livemode, :owner, :table, :start, :end, :complete_through, :updated)
on conflict (livemode, owner, report_table) do update set
    window_start = excluded.window_start,
    window_end = excluded.window_end,
    complete_through = excluded.complete_through,
    updated = excluded.updated
