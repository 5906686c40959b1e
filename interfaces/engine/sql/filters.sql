-- Which rows an order may see. One row is one balance transaction `bt`.

-- filter own
bt.account = $account

-- filter connected
bt.account <> $account

-- filter connected_account
bt.account = $connected_account

-- filter currency
bt.currency = $currency

-- filter reporting_category
bt.reporting_category = $reporting_category
