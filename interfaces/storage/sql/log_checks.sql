-- Checks of a log of events. `{events}` is its table, `{position}` the column of positions.

-- :out of sequence
-- grain: one row for each event that does not have the next version of its aggregate, or stands before an earlier one
select
    originator_id,
    originator_version,
    position
from (
    select
        originator_id,
        originator_version,
        {position} as position,
        row_number() over (partition by originator_id order by originator_version) as expected,
        lag({position}) over (partition by originator_id order by originator_version) as before
    from {events}
) as numbered
where originator_version <> expected
    or before > position
order by
    originator_id,
    originator_version
