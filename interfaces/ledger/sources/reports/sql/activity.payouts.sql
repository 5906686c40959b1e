-- One row is one balance transaction with the automatic payout that settles it.
select
    record,
    automatic_payout_id as id,
    currency,
    coalesce(automatic_payout_effective_at_utc, automatic_payout_effective_at) as created,
    coalesce(automatic_payout_effective_at_utc, automatic_payout_effective_at) as arrival_date,
    'true' as automatic,
    connected_account as account
from file
where automatic_payout_id is not null
    and coalesce(automatic_payout_effective_at_utc, automatic_payout_effective_at) is not null
