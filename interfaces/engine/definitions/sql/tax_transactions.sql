-- Rows of the tax reports: one row is one tax of one line item of a tax transaction `tax`, counted when the transaction was made.
-- Amounts are text in major units, those for the tax office in its own currency.

-- join invoice, by invoices.id
left join invoices invoice
    on invoice.account = {owner}
    and invoice.id = tax.invoice_id

-- join credit_note, by credit_notes.id
left join credit_notes credit_note
    on credit_note.account = {owner}
    and credit_note.id = tax.credit_note_id

-- join refund, by refunds.id
left join refunds refund
    on refund.account = {owner}
    and refund.id = tax.refund_id

-- column order
tax.created,
tax.id,
tax.line_item_id,
tax.jurisdiction_level nulls first,
tax.jurisdiction_name nulls first,
tax.tax_name nulls first,
tax.account

-- column connected_account
tax.account

-- column transaction_date
local_text(tax.created, $timezone)

-- column tax_date
local_text(tax.tax_date, $timezone)

-- column id
tax.id

-- column line_item_id
tax.line_item_id

-- column type
tax.type

-- column currency
tax.currency

-- column tax_code
tax.tax_code

-- column jurisdiction_name
tax.jurisdiction_name

-- column jurisdiction_level
tax.jurisdiction_level

-- column country_code
tax.country_code

-- column state_code
tax.state_code

-- column origin_resolved_address_country
tax.origin_resolved_address_country

-- column origin_resolved_address_state
tax.origin_resolved_address_state

-- column destination_resolved_address_country
tax.destination_resolved_address_country

-- column destination_resolved_address_state
tax.destination_resolved_address_state

-- column taxability
tax.taxability

-- column taxability_reason
tax.taxability_reason

-- column tax_name
tax.tax_name

-- column customer_tax_id
tax.customer_tax_id

-- column filing_currency
tax.filing_currency

-- column tax_rate
replace(tax.tax_rate, '.', $decimal_separator)

-- column quantity
replace(tax.quantity, '.', $decimal_separator)

-- column quantity_decimal
replace(tax.quantity_decimal, '.', $decimal_separator)

-- column filing_exchange_rate
replace(tax.filing_exchange_rate, '.', $decimal_separator)

-- column subtotal
amount_text(tax.subtotal, tax.currency, $decimal_separator)

-- column total
amount_text(tax.total, tax.currency, $decimal_separator)

-- column taxable_amount
amount_text(tax.taxable_amount, tax.currency, $decimal_separator)

-- column non_taxable_amount
amount_text(tax.non_taxable_amount, tax.currency, $decimal_separator)

-- column tax_amount
amount_text(tax.tax_amount, tax.currency, $decimal_separator)

-- column filing_total
amount_text(tax.filing_total, tax.filing_currency, $decimal_separator)

-- column filing_taxable_amount
amount_text(tax.filing_taxable_amount, tax.filing_currency, $decimal_separator)

-- column filing_non_taxable_amount
amount_text(tax.filing_non_taxable_amount, tax.filing_currency, $decimal_separator)

-- column filing_tax_amount
amount_text(tax.filing_tax_amount, tax.filing_currency, $decimal_separator)

-- column tax_transaction_metadata[key]
metadata_value(tax.metadata, {key})

-- column invoice_metadata[key], needs invoice
metadata_value(invoice.metadata, {key})

-- column credit_note_metadata[key], needs credit_note
metadata_value(credit_note.metadata, {key})

-- column refund_metadata[key], needs refund
metadata_value(refund.metadata, {key})

-- rows tax_transactions
from tax_transactions tax
{joins}
where tax.created >= $interval_start
    and tax.created < $interval_end
    and {filters}
