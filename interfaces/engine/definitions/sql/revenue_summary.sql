-- One line for each month, currency, debited and credited account that has entries; in the reports by customer, price
-- or product, one for each of those objects. Amounts are text in major units; sums are 128 bits wide, so that they
-- cannot overflow.
with one_row as (
    select
        accounting_period,
        open_accounting_period,
        currency,
        object,
        debit,
        credit,
        debit_gl_code,
        credit_gl_code,
        cast(entry.amount as decimal(38, 0)) as amount_minor
    from report_rows entry
),
line as (
    select
        accounting_period,
        open_accounting_period,
        currency,
        object,
        debit,
        credit,
        debit_gl_code,
        credit_gl_code,
        sum(amount_minor) as amount_minor
    from one_row
    group by
        accounting_period,
        open_accounting_period,
        currency,
        object,
        debit,
        credit,
        debit_gl_code,
        credit_gl_code
)
select
    accounting_period,
    open_accounting_period,
    currency,
    debit,
    credit,
    debit_gl_code,
    credit_gl_code,
    object as customer_id,
    object as price_id,
    object as product_id,
    amount_text(amount_minor, currency, $decimal_separator) as amount
from line
order by
    line.accounting_period,
    line.open_accounting_period,
    line.currency,
    line.object nulls first,
    line.debit,
    line.credit,
    line.debit_gl_code nulls first,
    line.credit_gl_code nulls first
