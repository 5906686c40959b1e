-- One line for each connected account and currency that is in debt, or had refunds or disputes in the seven days
-- before the end. Its balance is the last one known by the end; changes are against the last one of a day before.
-- Amounts are text in major units.
with standing_at_end as (
    select
        one.account,
        one.currency,
        max_by(one.balance, one.created) as balance_minor,
        max_by(coalesce(one.pending_debits, 0), one.created) as pending_minor,
        max_by(
            case when one.created <= $day_before_end then one.balance end,
            case when one.created <= $day_before_end then one.created end
        ) as day_before_minor
    from report_rows one
    group by
        one.account,
        one.currency
),
returned as (
    select
        movement.account,
        movement.currency,
        sum(case when movement.is_now and movement.is_refund then movement.amount_minor else 0 end) as refunded_minor,
        sum(case when not movement.is_now and movement.is_refund then movement.amount_minor else 0 end)
            as refunded_before_minor,
        sum(case when movement.is_now and not movement.is_refund then movement.amount_minor else 0 end)
            as disputed_minor,
        sum(case when not movement.is_now and not movement.is_refund then movement.amount_minor else 0 end)
            as disputed_before_minor
    from (
        select
            one.account,
            one.currency,
            one.created >= $week_before_end as is_now,
            one.reporting_category = 'refund' as is_refund,
            cast(-one.amount as decimal(38, 0)) as amount_minor
        from balance_transactions one
        where one.reporting_category in ('refund', 'dispute')
            and one.created >= $fortnight_before_end
            and one.created < $interval_end
    ) movement
    group by
        movement.account,
        movement.currency
),
line as (
    select
        coalesce(standing_at_end.account, returned.account) as account_id,
        coalesce(standing_at_end.currency, returned.currency) as currency,
        standing_at_end.balance_minor,
        standing_at_end.pending_minor,
        standing_at_end.day_before_minor,
        coalesce(returned.refunded_minor, 0) as refunded_minor,
        coalesce(returned.refunded_before_minor, 0) as refunded_before_minor,
        coalesce(returned.disputed_minor, 0) as disputed_minor,
        coalesce(returned.disputed_before_minor, 0) as disputed_before_minor,
        known.business_name,
        known.country
    from standing_at_end
    full join returned
        on returned.account = standing_at_end.account
        and returned.currency = standing_at_end.currency
    left join accounts known
        on known.account = $caller
        and known.id = coalesce(standing_at_end.account, returned.account)
)
select
    account_id,
    business_name,
    country,
    currency,
    amount_text(balance_minor, currency, '.') as balance,
    amount_text(pending_minor, currency, '.') as pending_debits,
    amount_text(balance_minor - pending_minor, currency, '.') as balance_excluding_pending_debits,
    amount_text(balance_minor - day_before_minor, currency, '.') as balance_24hr_net_change,
    amount_text(refunded_minor, currency, '.') as refunded_amount_7d,
    amount_text(refunded_before_minor, currency, '.') as refunded_amount_7d_prev,
    change_percent(refunded_minor, refunded_before_minor) as refund_pct_change,
    amount_text(disputed_minor, currency, '.') as disputed_amount_7d,
    amount_text(disputed_before_minor, currency, '.') as disputed_amount_7d_prev,
    change_percent(disputed_minor, disputed_before_minor) as dispute_pct_change,
    truth_text(balance_minor < day_before_minor) as has_24hr_negative_balance_change,
    -- At least twice what the week before had.
    truth_text(disputed_minor > 0 and disputed_minor >= 2 * disputed_before_minor) as has_high_disputes,
    truth_text(refunded_minor > 0 and refunded_minor >= 2 * refunded_before_minor) as has_high_refunds
from line
where balance_minor < 0
    or refunded_minor > 0
    or disputed_minor > 0
order by
    line.account_id,
    line.currency
