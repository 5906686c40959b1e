-- One line a row, in an order that never varies.

-- query itemized
select
    {columns}
{rows}
order by
    {order}

-- query large.printed
-- The same lines, of rows that are laid down in this order already.
select
    {columns}
{rows}
where rowid between $first_row and $last_row
