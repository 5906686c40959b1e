-- One row is one balance transaction of a payout. What leaves the balance is positive in the report.
select
    record,
    balance_transaction_id as id,
    -gross_minor as amount,
    -fee_minor as fee,
    -net_minor as net,
    currency,
    coalesce(effective_at_utc, effective_at) as created,
    coalesce(effective_at_utc, effective_at) as available_on,
    type_of_category(reporting_category) as type,
    reporting_category,
    description,
    payout_id as source,
    regulatory_tag,
    trace_id,
    trace_id_status,
    connected_account as account
from file
