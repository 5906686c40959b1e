-- Which rows an order may see. One row is one balance transaction `bt`.

-- filter account
bt.account = $account

-- filter accounts
bt.account in (select unnest(cast($accounts as varchar[])))

-- filter currency
bt.currency = $currency

-- filter reporting_category
bt.reporting_category = $reporting_category
