-- One row is one balance transaction of the Dashboard's balance history. Amounts are minor units.
select
    record,
    id,
    amount_minor as amount,
    fee_minor as fee,
    net_minor as net,
    currency,
    created_utc as created,
    available_on_utc as available_on,
    type,
    reporting_category,
    description,
    source,
    transfer as payout_id
from file
