-- One line a row, ordered by the row's instant, then by the bytes of its id. The `large` queries do the same in steps.

-- query itemized
select
    {columns}
{rows}
order by
    {instant},
    bt.id

-- query large.sorted
select *
{rows}
order by
    {instant},
    bt.id

-- query large.printed
select
    {columns}
from sorted_rows
where rowid between $first_row and $last_row
