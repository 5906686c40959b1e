-- Pages of views whose rows have a place. `{table}` is the view's table.

-- :older
-- rows older than a place, nearest first
select *
from {table}
where account = :account
    and livemode = :livemode
    and created >= :first
    and created <= :last
    and (created, position) < (:created, :position)
order by created desc, position desc
limit :limit

-- :newer
-- rows newer than a place, nearest first
select *
from {table}
where account = :account
    and livemode = :livemode
    and created >= :first
    and created <= :last
    and (created, position) > (:created, :position)
order by created, position
limit :limit
