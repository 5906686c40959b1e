-- Pages of views whose rows have a place. `{table}` is the view's table, `{created}` and `{position}` are the columns of
-- the place, and `{filters}` what else rows must fulfil.

-- :older
-- rows older than a place, nearest first
select *
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
select *
from {table}
where account = :account
    and livemode = :livemode
    and {created} >= :first
    and {created} <= :last
    and ({created}, {position}) > (:created, :position)
    {filters}
order by {created}, {position}
limit :limit
