-- One row is one payout. An automatic payout counts when it arrives, a manual one when it is created, which is before the
-- day that it is expected on.
select
    record,
    payout_id as id,
    abs(gross_minor) as amount,
    currency,
    coalesce(effective_at_utc, effective_at) as created,
    instant_of_text(coalesce(effective_at_utc, effective_at)) >= instant_of_text(payout_expected_arrival_date) as automatic,
    case
        when reporting_category = 'payout'
            and instant_of_text(coalesce(effective_at_utc, effective_at)) >= instant_of_text(payout_expected_arrival_date)
        then coalesce(effective_at_utc, effective_at)
        else payout_expected_arrival_date
    end as arrival_date,
    payout_status as status,
    payout_type as type,
    payout_description as description,
    payout_destination_id as destination_id,
    regulatory_tag,
    trace_id,
    trace_id_status,
    connected_account as account
from file
where payout_status is not null
    and payout_expected_arrival_date is not null
qualify row_number() over (partition by payout_id, account order by reporting_category <> 'payout', record) = 1
