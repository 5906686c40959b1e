-- Columns that need what a balance transaction `bt` is about: its charge, refund, dispute or transfer. Amounts are text in major units.

-- column customer_facing_minor, needs refund, dispute, charge
coalesce(
    refund.amount,
    dispute.amount,
    case when charge.id = bt.source then charge.amount end
)

-- column customer_facing_currency, needs refund, dispute, charge
coalesce(
    refund.currency,
    dispute.currency,
    case when charge.id = bt.source then charge.currency end
)

-- column customer_facing_amount
amount_text(
    case when bt.amount < 0 then -abs({customer_facing_minor}) else abs({customer_facing_minor}) end,
    {customer_facing_currency},
    $decimal_separator
)

-- column charge_id, needs refund, dispute, charge
coalesce(refund.charge_id, dispute.charge_id, charge.id)

-- column payment_intent_id, needs charge
charge.payment_intent_id

-- column charge_created_utc, needs charge
utc_text(charge.created)

-- column charge_created, needs charge
local_text(charge.created, $timezone)

-- column statement_descriptor, needs charge
charge.statement_descriptor

-- column order_id, needs charge
charge.order_id

-- column shipping_address_line1, needs charge
charge.shipping_address_line1

-- column shipping_address_line2, needs charge
charge.shipping_address_line2

-- column shipping_address_city, needs charge
charge.shipping_address_city

-- column shipping_address_state, needs charge
charge.shipping_address_state

-- column shipping_address_postal_code, needs charge
charge.shipping_address_postal_code

-- column shipping_address_country, needs charge
charge.shipping_address_country

-- column customer_id, needs charge
charge.customer_id

-- column customer_email, needs customer
customer.email

-- column customer_name, needs customer
customer.name

-- column customer_description, needs customer
customer.description

-- column customer_address_line1, needs customer
customer.address_line1

-- column customer_address_line2, needs customer
customer.address_line2

-- column customer_address_city, needs customer
customer.address_city

-- column customer_address_state, needs customer
customer.address_state

-- column customer_address_postal_code, needs customer
customer.address_postal_code

-- column customer_address_country, needs customer
customer.address_country

-- column customer_shipping_address_line1, needs customer
customer.shipping_address_line1

-- column customer_shipping_address_line2, needs customer
customer.shipping_address_line2

-- column customer_shipping_address_city, needs customer
customer.shipping_address_city

-- column customer_shipping_address_state, needs customer
customer.shipping_address_state

-- column customer_shipping_address_postal_code, needs customer
customer.shipping_address_postal_code

-- column customer_shipping_address_country, needs customer
customer.shipping_address_country

-- column dispute_reason, needs dispute
dispute.reason

-- column invoice_id, needs charge
charge.invoice_id

-- column invoice_number, needs invoice
invoice.number

-- column subscription_id, needs invoice, subscription
coalesce(invoice.subscription_id, subscription.id)

-- column payment_method_type, needs charge, payment_method
coalesce(charge.payment_method_type, payment_method.type)

-- column card_brand, needs charge, payment_method_card, card
coalesce(charge.card_brand, payment_method_card.brand, card.brand)

-- column card_funding, needs charge, payment_method_card, card
coalesce(charge.card_funding, payment_method_card.funding, card.funding)

-- column wallet_type, needs charge, payment_method_card, card
coalesce(charge.wallet_type, payment_method_card.wallet_type, card.wallet_type)

-- column is_link
case
    when {payment_method_type} = 'link' or {wallet_type} = 'link' then 'true'
    when coalesce({payment_method_type}, {wallet_type}, {card_brand}) is not null then 'false'
end

-- column card_country, needs charge, payment_method_card, card
coalesce(charge.card_country, payment_method_card.country, card.country, charge.billing_address_country)

-- column card_has_address, needs card
coalesce(
    card.address_line1,
    card.address_line2,
    card.address_city,
    card.address_state,
    card.address_postal_code,
    card.address_country
) is not null

-- column card_address_line1, needs charge, card
case when {card_has_address} then card.address_line1 else charge.billing_address_line1 end

-- column card_address_line2, needs charge, card
case when {card_has_address} then card.address_line2 else charge.billing_address_line2 end

-- column card_address_city, needs charge, card
case when {card_has_address} then card.address_city else charge.billing_address_city end

-- column card_address_state, needs charge, card
case when {card_has_address} then card.address_state else charge.billing_address_state end

-- column card_address_postal_code, needs charge, card
case when {card_has_address} then card.address_postal_code else charge.billing_address_postal_code end

-- column card_address_country, needs charge, card
case when {card_has_address} then card.address_country else charge.billing_address_country end

-- column connected_account_id, needs transfer
coalesce(transfer.destination_id, bt.connected_account_id)

-- column connected_account_name, needs counterparty
counterparty.business_name

-- column connected_account_country, needs counterparty
counterparty.country

-- column connected_account_direct_charge_id
cast(null as varchar)

-- column destination_payment_id, needs transfer
transfer.destination_payment_id

-- column source_transaction_id, needs transfer
transfer.source_transaction_id

-- column payment_metadata[key], needs payment_intent, charge
metadata_value(
    case when payment_intent.metadata like '%:%' then payment_intent.metadata else charge.metadata end,
    {key}
)

-- column refund_metadata[key], needs refund
metadata_value(refund.metadata, {key})

-- column transfer_metadata[key], needs transfer
metadata_value(transfer.metadata, {key})
