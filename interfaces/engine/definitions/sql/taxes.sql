-- Rows of the tax reports: one row is one tax of one line item of a tax transaction `tax`, counted when the
-- transaction was made. Amounts are text in major units, those for the tax office in its own currency.
select
    tax.account as connected_account,
    local_text(tax.created, $timezone) as transaction_date,
    local_text(tax.tax_date, $timezone) as tax_date,
    tax.id,
    tax.line_item_id,
    tax.type,
    tax.currency,
    tax.tax_code,
    tax.jurisdiction_name,
    tax.jurisdiction_level,
    tax.country_code,
    tax.state_code,
    tax.origin_resolved_address_country,
    tax.origin_resolved_address_state,
    tax.destination_resolved_address_country,
    tax.destination_resolved_address_state,
    tax.taxability,
    tax.taxability_reason,
    tax.tax_name,
    tax.customer_tax_id,
    tax.filing_currency,
    replace(tax.tax_rate, '.', $decimal_separator) as tax_rate,
    replace(tax.quantity, '.', $decimal_separator) as quantity,
    replace(tax.quantity_decimal, '.', $decimal_separator) as quantity_decimal,
    replace(tax.filing_exchange_rate, '.', $decimal_separator) as filing_exchange_rate,
    amount_text(tax.subtotal, tax.currency, $decimal_separator) as subtotal,
    amount_text(tax.total, tax.currency, $decimal_separator) as total,
    amount_text(tax.taxable_amount, tax.currency, $decimal_separator) as taxable_amount,
    amount_text(tax.non_taxable_amount, tax.currency, $decimal_separator) as non_taxable_amount,
    amount_text(tax.tax_amount, tax.currency, $decimal_separator) as tax_amount,
    amount_text(tax.filing_total, tax.filing_currency, $decimal_separator) as filing_total,
    amount_text(tax.filing_taxable_amount, tax.filing_currency, $decimal_separator) as filing_taxable_amount,
    amount_text(tax.filing_non_taxable_amount, tax.filing_currency, $decimal_separator) as filing_non_taxable_amount,
    amount_text(tax.filing_tax_amount, tax.filing_currency, $decimal_separator) as filing_tax_amount,
    metadata_value(tax.metadata, $key) as "tax_transaction_metadata[key]",
    metadata_value(invoice.metadata, $key) as "invoice_metadata[key]",
    metadata_value(credit_note.metadata, $key) as "credit_note_metadata[key]",
    metadata_value(refund.metadata, $key) as "refund_metadata[key]"
from tax_transactions tax
left join invoices invoice
    on invoice.account = tax.account
    and invoice.id = tax.invoice_id
left join credit_notes credit_note
    on credit_note.account = tax.account
    and credit_note.id = tax.credit_note_id
left join refunds refund
    on refund.account = tax.account
    and refund.id = tax.refund_id
where tax.created >= $interval_start
    and tax.created < $interval_end
order by
    tax.created,
    tax.id,
    tax.line_item_id,
    tax.jurisdiction_level nulls first,
    tax.jurisdiction_name nulls first,
    tax.tax_name nulls first,
    tax.account
