-- Positions: one row a view, with the position of the last event applied to it. Shadow copies have rows too.

-- :create table
create table if not exists positions (
    view text primary key,
    position bigint not null
)

-- :all
select view, position
from positions

-- :advance
insert into positions (view, position)
values (:view, :position)
on conflict (view) do update set position = excluded.position

-- :forget
delete from positions
where view = :view
