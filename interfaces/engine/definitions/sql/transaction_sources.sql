-- One row is one balance transaction `bt`, with what it is about: its charge, refund, dispute or transfer.
-- Ids are unique only within an account, so every join matches the account too.
select
    coalesce(
        refund.amount,
        dispute.amount,
        case when charge.id = bt.source then charge.amount end
    ) as customer_facing_minor,
    coalesce(
        refund.currency,
        dispute.currency,
        case when charge.id = bt.source then charge.currency end
    ) as customer_facing_currency,
    amount_text(
        case when bt.amount < 0 then -abs(customer_facing_minor) else abs(customer_facing_minor) end,
        customer_facing_currency,
        $decimal_separator
    ) as customer_facing_amount,
    coalesce(refund.charge_id, dispute.charge_id, charge.id) as charge_id,
    charge.payment_intent_id,
    utc_text(charge.created) as charge_created_utc,
    local_text(charge.created, $timezone) as charge_created,
    charge.statement_descriptor,
    charge.order_id,
    charge.shipping_address_line1,
    charge.shipping_address_line2,
    charge.shipping_address_city,
    charge.shipping_address_state,
    charge.shipping_address_postal_code,
    charge.shipping_address_country,
    charge.customer_id,
    customer.email as customer_email,
    customer.name as customer_name,
    customer.description as customer_description,
    customer.address_line1 as customer_address_line1,
    customer.address_line2 as customer_address_line2,
    customer.address_city as customer_address_city,
    customer.address_state as customer_address_state,
    customer.address_postal_code as customer_address_postal_code,
    customer.address_country as customer_address_country,
    customer.shipping_address_line1 as customer_shipping_address_line1,
    customer.shipping_address_line2 as customer_shipping_address_line2,
    customer.shipping_address_city as customer_shipping_address_city,
    customer.shipping_address_state as customer_shipping_address_state,
    customer.shipping_address_postal_code as customer_shipping_address_postal_code,
    customer.shipping_address_country as customer_shipping_address_country,
    dispute.reason as dispute_reason,
    charge.invoice_id,
    invoice.number as invoice_number,
    coalesce(invoice.subscription_id, subscription.id) as subscription_id,
    coalesce(charge.payment_method_type, payment_method.type) as payment_method_type,
    coalesce(charge.card_brand, payment_method_card.brand, card.brand) as card_brand,
    coalesce(charge.card_funding, payment_method_card.funding, card.funding) as card_funding,
    coalesce(charge.wallet_type, payment_method_card.wallet_type, card.wallet_type) as wallet_type,
    case
        when payment_method_type = 'link' or wallet_type = 'link' then 'true'
        when coalesce(payment_method_type, wallet_type, card_brand) is not null then 'false'
    end as is_link,
    coalesce(
        charge.card_country,
        payment_method_card.country,
        card.country,
        charge.billing_address_country
    ) as card_country,
    concat(
        card.address_line1,
        card.address_line2,
        card.address_city,
        card.address_state,
        card.address_postal_code,
        card.address_country
    ) <> '' as card_has_address,
    case when card_has_address then card.address_line1 else charge.billing_address_line1 end as card_address_line1,
    case when card_has_address then card.address_line2 else charge.billing_address_line2 end as card_address_line2,
    case when card_has_address then card.address_city else charge.billing_address_city end as card_address_city,
    case when card_has_address then card.address_state else charge.billing_address_state end as card_address_state,
    case
        when card_has_address then card.address_postal_code
        else charge.billing_address_postal_code
    end as card_address_postal_code,
    case
        when card_has_address then card.address_country
        else charge.billing_address_country
    end as card_address_country,
    coalesce(transfer.destination_id, bt.connected_account_id) as connected_account_id,
    counterparty.business_name as connected_account_name,
    counterparty.country as connected_account_country,
    cast(null as varchar) as connected_account_direct_charge_id,
    transfer.destination_payment_id,
    transfer.source_transaction_id,
    metadata_value(
        case when payment_intent.metadata like '%:%' then payment_intent.metadata else charge.metadata end,
        $key
    ) as "payment_metadata[key]",
    metadata_value(refund.metadata, $key) as "refund_metadata[key]",
    metadata_value(transfer.metadata, $key) as "transfer_metadata[key]"
from transactions bt
left join refunds refund
    on refund.account = bt.account
    and refund.id = bt.source
left join disputes dispute
    on dispute.account = bt.account
    and dispute.id = bt.source
-- The charge that the row is about: the source itself, or the one that its refund or dispute is of.
left join charges charge
    on charge.account = bt.account
    and charge.id = coalesce(refund.charge_id, dispute.charge_id, bt.source)
left join customers customer
    on customer.account = bt.account
    and customer.id = charge.customer_id
left join payment_intents payment_intent
    on payment_intent.account = bt.account
    and payment_intent.id = charge.payment_intent_id
left join payment_methods payment_method
    on payment_method.account = bt.account
    and payment_method.id = charge.payment_method_id
left join payment_method_cards payment_method_card
    on payment_method_card.account = bt.account
    and payment_method_card.payment_method_id = charge.payment_method_id
-- An old charge names its card as a payment method.
left join cards card
    on card.account = bt.account
    and card.id = coalesce(charge.card_id, charge.payment_method_id)
left join invoices invoice
    on invoice.account = bt.account
    and invoice.id = charge.invoice_id
left join (
    select
        latest.account,
        latest.latest_invoice_id,
        min(latest.id) as id
    from subscriptions latest
    where latest.latest_invoice_id is not null
    group by
        latest.account,
        latest.latest_invoice_id
) subscription
    on subscription.account = bt.account
    and subscription.latest_invoice_id = charge.invoice_id
left join transfers transfer
    on transfer.account = bt.account
    and transfer.id = bt.source
left join accounts counterparty
    on counterparty.account = bt.account
    and counterparty.id = coalesce(transfer.destination_id, bt.connected_account_id)
