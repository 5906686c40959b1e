-- All columns of balance_change_from_activity.itemized.3, written by hand for one report: one row for each balance
-- transaction of a month or of everything, amounts in major units, times of UTC.
select
    bt.id as balance_transaction_id,
    strftime(bt.created, '%Y-%m-%d %H:%M:%S') as created_utc,
    strftime(bt.created, '%Y-%m-%d %H:%M:%S') as created,
    strftime(bt.available_on, '%Y-%m-%d %H:%M:%S') as available_on_utc,
    strftime(bt.available_on, '%Y-%m-%d %H:%M:%S') as available_on,
    bt.currency,
    case when bt.currency = 'jpy' then bt.amount::varchar else (bt.amount::decimal(16, 0) * 0.01)::varchar end as gross,
    case when bt.currency = 'jpy' then bt.fee::varchar else (bt.fee::decimal(16, 0) * 0.01)::varchar end as fee,
    case when bt.currency = 'jpy' then bt.net::varchar else (bt.net::decimal(16, 0) * 0.01)::varchar end as net,
    bt.reporting_category,
    bt.source as source_id,
    bt.description,
    case
        when coalesce(refund.currency, dispute.currency, charge.currency) = 'jpy'
        then (sign(bt.amount) * coalesce(refund.amount, dispute.amount, charge.amount))::bigint::varchar
        else ((sign(bt.amount) * coalesce(refund.amount, dispute.amount, charge.amount))::decimal(16, 0) * 0.01)::varchar
    end as customer_facing_amount,
    coalesce(refund.currency, dispute.currency, charge.currency) as customer_facing_currency,
    bt.regulatory_tag,
    bt.trace_id,
    bt.trace_id_status,
    payout.id as automatic_payout_id,
    strftime(payout.arrival_date, '%Y-%m-%d %H:%M:%S') as automatic_payout_effective_at_utc,
    strftime(payout.arrival_date, '%Y-%m-%d %H:%M:%S') as automatic_payout_effective_at,
    charge.customer_id,
    customer.email as customer_email,
    customer.name as customer_name,
    customer.description as customer_description,
    customer.shipping_address_line1 as customer_shipping_address_line1,
    customer.shipping_address_line2 as customer_shipping_address_line2,
    customer.shipping_address_city as customer_shipping_address_city,
    customer.shipping_address_state as customer_shipping_address_state,
    customer.shipping_address_postal_code as customer_shipping_address_postal_code,
    customer.shipping_address_country as customer_shipping_address_country,
    customer.address_line1 as customer_address_line1,
    customer.address_line2 as customer_address_line2,
    customer.address_city as customer_address_city,
    customer.address_state as customer_address_state,
    customer.address_postal_code as customer_address_postal_code,
    customer.address_country as customer_address_country,
    charge.shipping_address_line1,
    charge.shipping_address_line2,
    charge.shipping_address_city,
    charge.shipping_address_state,
    charge.shipping_address_postal_code,
    charge.shipping_address_country,
    coalesce(card.address_line1, charge.billing_address_line1) as card_address_line1,
    coalesce(card.address_line2, charge.billing_address_line2) as card_address_line2,
    coalesce(card.address_city, charge.billing_address_city) as card_address_city,
    coalesce(card.address_state, charge.billing_address_state) as card_address_state,
    coalesce(card.address_postal_code, charge.billing_address_postal_code) as card_address_postal_code,
    coalesce(card.address_country, charge.billing_address_country) as card_address_country,
    charge.id as charge_id,
    charge.payment_intent_id,
    strftime(charge.created, '%Y-%m-%d %H:%M:%S') as charge_created_utc,
    strftime(charge.created, '%Y-%m-%d %H:%M:%S') as charge_created,
    charge.invoice_id,
    invoice.number as invoice_number,
    coalesce(invoice.subscription_id, subscription.id) as subscription_id,
    coalesce(charge.payment_method_type, method.type) as payment_method_type,
    case when method.type is not null then (method.type = 'link')::varchar end as is_link,
    coalesce(charge.card_brand, method_card.brand, card.brand) as card_brand,
    coalesce(charge.card_funding, method_card.funding, card.funding) as card_funding,
    coalesce(charge.card_country, method_card.country, card.country, charge.billing_address_country) as card_country,
    charge.statement_descriptor,
    dispute.reason as dispute_reason,
    coalesce(transfer.destination_id, bt.connected_account_id) as connected_account_id,
    seller.business_name as connected_account_name,
    seller.country as connected_account_country,
    null as connected_account_direct_charge_id,
    coalesce(intent.metadata, charge.metadata)->>'order_id' as "payment_metadata[order_id]",
    refund.metadata->>'order_id' as "refund_metadata[order_id]",
    transfer.metadata->>'order_id' as "transfer_metadata[order_id]"
from balance_transactions bt
left join refunds refund on refund.id = bt.source
left join disputes dispute on dispute.id = bt.source
left join charges charge on charge.id = coalesce(refund.charge_id, dispute.charge_id, bt.source)
left join customers customer on customer.id = charge.customer_id
left join payment_intents intent on intent.id = charge.payment_intent_id
left join payment_methods method on method.id = charge.payment_method_id
left join payment_method_cards method_card on method_card.payment_method_id = charge.payment_method_id
left join cards card on card.id = coalesce(charge.card_id, charge.payment_method_id)
left join invoices invoice on invoice.id = charge.invoice_id
left join (
    select latest_invoice_id, min(id) as id from subscriptions group by latest_invoice_id
) subscription on subscription.latest_invoice_id = charge.invoice_id
left join transfers transfer on transfer.id = bt.source
left join accounts seller on seller.id = coalesce(transfer.destination_id, bt.connected_account_id)
left join (
    select link.balance_transaction_id, min(link.payout_id) as payout_id
    from payout_balance_transactions link
    join payouts on payouts.id = link.payout_id
    where automatic
    group by link.balance_transaction_id
) settlement on settlement.balance_transaction_id = bt.id
left join payouts payout on payout.id = coalesce(settlement.payout_id, bt.payout_id) and payout.automatic
where bt.reporting_category not in ('payout', 'payout_reversal')
    and bt.created >= $interval_start
    and bt.created < $interval_end
order by bt.created, bt.id
