-- Pages of views whose rows have a place. `{table}` is the view's table, `{columns}` are those that a page reads,
-- `{created}` and `{position}` those of the place, and `{filters}` is what else rows must fulfil.

-- :older
-- rows older than a place, nearest first
select {columns}
from {table}
where account = :account
    and livemode = :livemode
    and {created} >= :first
    and {created} <= :last
    and ({created}, {position}) < (:created, :position)
    {filters}
order by {created} desc, {position} desc
limit :limit

-- :newer
-- rows newer than a place, nearest first
select {columns}
from {table}
where account = :account
    and livemode = :livemode
    and {created} >= :first
    and {created} <= :last
    and ({created}, {position}) > (:created, :position)
    {filters}
order by {created}, {position}
limit :limit
