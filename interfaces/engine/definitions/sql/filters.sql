-- Which rows an order may see. What a report calls its row stands for `row`.

-- filter account
{row}.account = $account

-- filter accounts
{row}.account in (select unnest(cast($accounts as varchar[])))

-- filter currency
{row}.currency = $currency

-- filter reporting_category
{row}.reporting_category = $reporting_category

-- filter customer
{row}.customer_id = $customer

-- filter invoice
{row}.invoice_id = $invoice

-- filter invoice_line_item
{row}.invoice_line_item_id = $invoice_line_item
