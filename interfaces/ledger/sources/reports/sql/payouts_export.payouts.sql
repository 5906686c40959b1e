-- One row is one payout of the Dashboard's export, which does not say which payouts are automatic: instant ones are not.
select
    record,
    id,
    amount_minor as amount,
    currency,
    created_utc as created,
    arrival_date_utc as arrival_date,
    coalesce(automatic, case when lower(method) = 'instant' then 'false' else 'true' end) as automatic,
    status,
    type,
    method,
    description,
    destination as destination_id,
    statement_descriptor,
    source_type,
    balance_transaction as balance_transaction_id,
    failure_balance_transaction as failure_balance_transaction_id,
    failure_code,
    failure_message,
    trace_id,
    trace_id_status,
    metadata
from file
