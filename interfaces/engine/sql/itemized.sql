-- One line a row, ordered by the row's instant, then by the bytes of its id.

-- query itemized
select
    {columns}
{rows}
order by
    {instant},
    bt.id
