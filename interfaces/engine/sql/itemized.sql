-- One line a row, in an order that never varies.

-- query itemized
select
    {columns}
{rows}
order by
    {order}

-- query large.printed
-- The same lines of rows that are laid down already, each with its place in the file.
select
    {columns}
{rows}
where place between $first_place and $last_place
order by
    place
