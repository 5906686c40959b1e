-- Columns that a balance transaction `bt` answers for, and the payout that settles it. Amounts are text in major units.

-- column order
-- The row's instant, then the bytes of its id, which two accounts may both have.
{instant},
bt.id,
bt.account

-- column balance_transaction_id
bt.id

-- column connected_account
bt.account

-- column created_utc
utc_text(bt.created)

-- column created
local_text(bt.created, $timezone)

-- column available_on_utc
utc_text(bt.available_on)

-- column available_on
local_text(bt.available_on, $timezone)

-- column currency
bt.currency

-- column gross_minor
bt.amount

-- column fee_minor
bt.fee

-- column net_minor
bt.net

-- column gross
amount_text({gross_minor}, bt.currency, $decimal_separator)

-- column fee
amount_text({fee_minor}, bt.currency, $decimal_separator)

-- column net
amount_text({net_minor}, bt.currency, $decimal_separator)

-- column reporting_category
bt.reporting_category

-- column source_id
bt.source

-- column description
bt.description

-- column regulatory_tag
bt.regulatory_tag

-- column trace_id
bt.trace_id

-- column trace_id_status
bt.trace_id_status

-- column automatic_payout_id, needs automatic_payout
automatic_payout.id

-- column automatic_payout_effective_at_utc, needs automatic_payout
utc_text(automatic_payout.arrival_date)

-- column automatic_payout_effective_at, needs automatic_payout
local_text(automatic_payout.arrival_date, $timezone)
