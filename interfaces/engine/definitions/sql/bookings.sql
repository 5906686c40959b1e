-- Rows of the revenue recognition reports: one row is one booking `entry` of an amount, from the account of the books
-- that is credited to the one that is debited. It counts on the day of its booking. Amounts are text in major units.
select
    -- What a summary by customer, price or product sums up by.
    cast(null as varchar) as object,
    -- The month that the entry belongs to; that of its booking when it does not say.
    coalesce(entry.accounting_period, substr(utc_text(entry.created), 1, 7)) as accounting_period,
    -- The month that was open when it was booked, which is a later one when its own had been closed.
    coalesce(entry.open_accounting_period, accounting_period) as open_accounting_period,
    date_text(entry.created) as booked_date,
    amount_text(entry.amount, entry.currency, $decimal_separator) as amount,
    amount_text(entry.presentment_amount, entry.presentment_currency, $decimal_separator) as presentment_amount,
    coalesce(entry.invoice_number, invoice.number) as invoice_number,
    entry.currency,
    entry.debit,
    entry.credit,
    entry.debit_gl_code,
    entry.credit_gl_code,
    entry.transaction_model_id,
    entry.invoice_id,
    entry.invoice_line_item_id,
    entry.invoice_item_id,
    entry.subscription_item_id,
    entry.subscription_id,
    entry.price_id,
    entry.product_id,
    entry.customer_id,
    entry.charge_id,
    entry.refund_id,
    entry.dispute_id,
    entry.presentment_currency
from revenue_entries entry
left join invoices invoice
    on invoice.account = entry.account
    and invoice.id = entry.invoice_id
where entry.created >= $interval_start
    and entry.created < $interval_end
order by
    entry.created,
    entry.id,
    entry.account
