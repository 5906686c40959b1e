-- Balance transactions that count before the opening balance of their account and currency, which holds them already.
-- One row is one of them; `from_file` is null for one that the ledger had before this load.
-- It reads `brought_...`, the rows of this load, and `stored_...`, those of the ledger.
create or replace temp table held_transactions as
with opening as (
    select account, currency, as_of, from_file, record
    from brought_opening_balances brought
    where not brought.deleted
    union all
    select account, currency, as_of, null, null
    from stored_opening_balances
    anti join brought_opening_balances using (account, currency)
),
-- Opening balances that the ledger did not have as of this time.
new_opening as (
    select *
    from opening
    anti join stored_opening_balances using (account, currency, as_of)
),
payout as (
    select account, id, automatic, created, arrival_date, balance_transaction_id
    from brought_payouts
    union all
    select account, id, automatic, created, arrival_date, balance_transaction_id
    from stored_payouts
    anti join brought_payouts using (account, id)
),
naming as (
    select account, balance_transaction_id, min(id) as payout_id
    from payout
    where balance_transaction_id is not null
    group by account, balance_transaction_id
),
entry as (
    select account, id, currency, created, reporting_category, source, payout_id, from_file, record
    from brought_balance_transactions
    semi join opening using (account, currency)
    union all
    select account, id, currency, created, reporting_category, source, payout_id, null, null
    from stored_balance_transactions
    semi join new_opening using (account, currency)
    anti join brought_balance_transactions using (account, id)
),
-- A payout counts when it arrives, or when it was made by hand: see `payout_movements.sql` of the reports.
counted as (
    select
        entry.*,
        case
            when entry.reporting_category <> 'payout' then entry.created
            when payout.automatic then payout.arrival_date
            else coalesce(payout.created, entry.created)
        end as instant
    from entry
    left join naming
        on naming.account = entry.account
        and naming.balance_transaction_id = entry.id
    left join payout
        on entry.reporting_category = 'payout'
        and payout.account = entry.account
        and payout.id = coalesce(entry.source, naming.payout_id, entry.payout_id)
)
select
    counted.account,
    counted.id,
    counted.currency,
    epoch_us(counted.instant) // 1000000 as instant,
    epoch_us(opening.as_of) // 1000000 as as_of,
    counted.from_file,
    counted.record,
    opening.from_file as opening_file,
    opening.record as opening_record
from counted
join opening using (account, currency)
where counted.instant < opening.as_of
    -- What the ledger had when the opening balance was loaded was accepted then.
    and (
        (counted.account, counted.currency) in (select (account, currency) from new_opening)
        or (counted.account, counted.id, counted.created) not in (
            select (account, id, created)
            from stored_balance_transactions
        )
    );
