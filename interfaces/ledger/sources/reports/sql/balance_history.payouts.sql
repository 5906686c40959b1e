-- One row is one balance transaction that names the automatic payout which settles it.
select
    record,
    transfer as id,
    currency,
    transfer_date_utc as created,
    transfer_date_utc as arrival_date,
    'true' as automatic
from file
where transfer is not null
    and transfer_date_utc is not null
    and type not in ('payout', 'payout_cancel', 'payout_failure')
