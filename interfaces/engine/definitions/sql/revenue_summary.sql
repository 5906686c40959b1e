-- One line for each month, currency, debited and credited account that has entries, and for each object where a report is by such.
-- Amounts are text in major units; sums are 128 bits wide, so that they cannot overflow.

-- line accounting_period
accounting_period

-- line open_accounting_period
open_accounting_period

-- line currency
currency

-- line debit
debit

-- line credit
credit

-- line debit_gl_code
debit_gl_code

-- line credit_gl_code
credit_gl_code

-- line amount
amount_text(amount_minor, currency, $decimal_separator)

-- query revenue_summary
with one_row as (
    select
        {accounting_period} as accounting_period,
        {open_accounting_period} as open_accounting_period,
        entry.currency,
        {object} as object_id,
        entry.debit,
        entry.credit,
        entry.debit_gl_code,
        entry.credit_gl_code,
        cast(entry.amount as decimal(38, 0)) as amount_minor
    {rows}
),
line as (
    select
        accounting_period,
        open_accounting_period,
        currency,
        object_id,
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
        object_id,
        debit,
        credit,
        debit_gl_code,
        credit_gl_code
)
select
    {columns}
from line
order by
    accounting_period,
    open_accounting_period,
    currency,
    object_id nulls first,
    debit,
    credit,
    debit_gl_code nulls first,
    credit_gl_code nulls first
