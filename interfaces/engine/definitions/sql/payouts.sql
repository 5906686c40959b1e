-- Rows of the payouts reports: one row is one balance transaction that moved money to the bank or back.
-- Signs turn around: what leaves the balance is positive here. Amounts are text in major units.

-- column instant, needs payout
-- When the movement counts. A reversal counts when it happens, so that the past does not change when a payout fails.
case
    when bt.reporting_category <> 'payout' then bt.created
    when payout.automatic then payout.arrival_date
    else coalesce(payout.created, bt.created)
end

-- column gross_minor
-bt.amount

-- column fee_minor
-bt.fee

-- column net_minor
-bt.net

-- column payout_id, needs payout
coalesce(payout.id, bt.source)

-- column effective_at_utc
utc_text({instant})

-- column effective_at
local_text({instant}, $timezone)

-- column payout_expected_arrival_date, needs payout
utc_text(date_trunc('day', payout.arrival_date))

-- column payout_status, needs payout
payout.status

-- column payout_reversed, needs payout, reversal
case when payout.status in ('canceled', 'failed') then reversal.created end

-- column payout_reversed_at_utc
utc_text({payout_reversed})

-- column payout_reversed_at
local_text({payout_reversed}, $timezone)

-- column payout_type, needs payout
payout.type

-- column payout_description, needs payout
payout.description

-- column payout_destination_id, needs payout
payout.destination_id

-- column regulatory_tag, needs payout
coalesce(payout.regulatory_tag, bt.regulatory_tag)

-- column trace_id, needs payout
coalesce(payout.trace_id, bt.trace_id)

-- column trace_id_status, needs payout
coalesce(payout.trace_id_status, bt.trace_id_status)

-- rows payouts
from balance_transactions bt
{joins}
where bt.reporting_category in ('payout', 'payout_reversal')
    and {instant} >= $interval_start
    and {instant} < $interval_end
    and {filters}
