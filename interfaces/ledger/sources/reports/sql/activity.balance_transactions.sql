-- One row is one balance transaction of an itemized report. Reports print its category, of which the type follows.
select
    record,
    balance_transaction_id as id,
    gross_minor as amount,
    fee_minor as fee,
    net_minor as net,
    currency,
    coalesce(created_utc, created) as created,
    coalesce(available_on_utc, available_on, created_utc, created) as available_on,
    type_of_category(reporting_category) as type,
    reporting_category,
    description,
    source_id as source,
    automatic_payout_id as payout_id,
    connected_account_id,
    regulatory_tag,
    trace_id,
    trace_id_status,
    connected_account as account
from file
where reporting_category <> 'opening_balance'
