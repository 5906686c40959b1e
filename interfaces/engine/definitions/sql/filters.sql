-- Which rows an order may see: conditions on the ledger's own columns of a row. `account` or `accounts` always applies.
select
    account = $account as account,
    account in (select unnest(cast($accounts as varchar[]))) as accounts,
    currency = $currency as currency,
    reporting_category = $reporting_category as reporting_category,
    customer_id = $customer as customer,
    invoice_id = $invoice as invoice,
    invoice_line_item_id = $invoice_line_item as invoice_line_item
