-- One line a row, in an order that never varies. The `large` queries do the same in steps.

-- query itemized
select
    {columns}
{rows}
order by
    {order}

-- query large.sorted
select *
{rows}
order by
    {order}

-- query large.printed
select
    {columns}
from sorted_rows
where rowid between $first_row and $last_row
