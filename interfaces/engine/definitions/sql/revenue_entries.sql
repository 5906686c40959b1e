-- Rows of the revenue recognition reports: one row is one booking `entry` of an amount from one account of the books, credited, to another, debited.
-- It counts on the day that it was booked. Amounts are text in major units.

-- join invoice, by invoices.id
left join invoices invoice
    on invoice.account = {owner}
    and invoice.id = entry.invoice_id

-- column order
entry.created,
entry.id,
entry.account

-- column object
-- What a summary sums up by, beside the accounts of the books.
cast(null as varchar)

-- column accounting_period
-- The month that the entry belongs to; that of its booking when it does not say.
coalesce(entry.accounting_period, substr(utc_text(entry.created), 1, 7))

-- column open_accounting_period
-- The month that was open when it was booked, which is a later one when its own had been closed.
coalesce(entry.open_accounting_period, {accounting_period})

-- column booked_date
date_text(entry.created)

-- column amount
amount_text(entry.amount, entry.currency, $decimal_separator)

-- column presentment_amount
amount_text(entry.presentment_amount, entry.presentment_currency, $decimal_separator)

-- column invoice_number, needs invoice
coalesce(entry.invoice_number, invoice.number)

-- column currency
entry.currency

-- column debit
entry.debit

-- column credit
entry.credit

-- column debit_gl_code
entry.debit_gl_code

-- column credit_gl_code
entry.credit_gl_code

-- column transaction_model_id
entry.transaction_model_id

-- column invoice_id
entry.invoice_id

-- column invoice_line_item_id
entry.invoice_line_item_id

-- column invoice_item_id
entry.invoice_item_id

-- column subscription_item_id
entry.subscription_item_id

-- column subscription_id
entry.subscription_id

-- column price_id
entry.price_id

-- column product_id
entry.product_id

-- column customer_id
entry.customer_id

-- column charge_id
entry.charge_id

-- column refund_id
entry.refund_id

-- column dispute_id
entry.dispute_id

-- column presentment_currency
entry.presentment_currency

-- rows revenue_entries
from revenue_entries entry
{joins}
where entry.created >= $interval_start
    and entry.created < $interval_end
    and {filters}
