-- The joins that columns may need. None changes the number of rows: each finds at most one row for a balance transaction `bt`.
-- Ids are unique only within an account, so every join matches the account too. A join stands below those that it needs.
-- One that says by which column its table is looked up ends with the condition on that column.

-- join refund, by refunds.id
left join refunds refund
    on refund.account = {owner}
    and refund.id = bt.source

-- join dispute, by disputes.id
left join disputes dispute
    on dispute.account = {owner}
    and dispute.id = bt.source

-- join charge, by charges.id, needs refund, dispute
-- The charge that the row is about: the source itself, or the one that its refund or dispute is of.
left join charges charge
    on charge.account = {owner}
    and charge.id = coalesce(refund.charge_id, dispute.charge_id, bt.source)

-- join customer, by customers.id, needs charge
left join customers customer
    on customer.account = {owner}
    and customer.id = charge.customer_id

-- join payment_intent, by payment_intents.id, needs charge
left join payment_intents payment_intent
    on payment_intent.account = {owner}
    and payment_intent.id = charge.payment_intent_id

-- join payment_method, by payment_methods.id, needs charge
left join payment_methods payment_method
    on payment_method.account = {owner}
    and payment_method.id = charge.payment_method_id

-- join payment_method_card, by payment_method_cards.payment_method_id, needs charge
left join payment_method_cards payment_method_card
    on payment_method_card.account = {owner}
    and payment_method_card.payment_method_id = charge.payment_method_id

-- join card, by cards.id, needs charge
-- An old charge names its card as a payment method.
left join cards card
    on card.account = {owner}
    and card.id = coalesce(charge.card_id, charge.payment_method_id)

-- join invoice, by invoices.id, needs charge
left join invoices invoice
    on invoice.account = {owner}
    and invoice.id = charge.invoice_id

-- join subscription, by subscriptions.latest_invoice_id, needs charge
left join (
    select
        account,
        latest_invoice_id,
        min(id) as id
    from subscriptions
    where latest_invoice_id is not null
    group by
        account,
        latest_invoice_id
) subscription
    on subscription.account = {owner}
    and subscription.latest_invoice_id = charge.invoice_id

-- join transfer, by transfers.id
left join transfers transfer
    on transfer.account = {owner}
    and transfer.id = bt.source

-- join counterparty, by accounts.id, needs transfer
left join accounts counterparty
    on counterparty.account = {owner}
    and counterparty.id = coalesce(transfer.destination_id, bt.connected_account_id)

-- join settlement, by payout_balance_transactions.balance_transaction_id
-- Exports may link a transaction to several payouts: the smallest id of an automatic one settles it, so that no row doubles.
left join (
    select
        link.account,
        link.balance_transaction_id,
        min(link.payout_id) as payout_id
    from payout_balance_transactions link
    join payouts linked
        on linked.account = link.account
        and linked.id = link.payout_id
    where linked.automatic
    group by
        link.account,
        link.balance_transaction_id
) settlement
    on settlement.account = {owner}
    and settlement.balance_transaction_id = bt.id

-- join automatic_payout, needs settlement
-- The link table speaks first, then the transaction's own field.
left join payouts automatic_payout
    on automatic_payout.account = {owner}
    and automatic_payout.id = coalesce(settlement.payout_id, bt.payout_id)
    and automatic_payout.automatic

-- join naming
-- Payouts that name the transactions they moved, for a transaction that does not name its payout.
left join (
    select
        account,
        balance_transaction_id,
        min(id) as payout_id
    from (
        select account, balance_transaction_id, id
        from payouts
        union all
        select account, failure_balance_transaction_id, id
        from payouts
    ) named
    where balance_transaction_id is not null
    group by
        account,
        balance_transaction_id
) naming
    on naming.account = {owner}
    and naming.balance_transaction_id = bt.id

-- join payout, needs naming
-- The payout that the row itself moved or turned back. The link table is not asked: there a reversal belongs to the later
-- payout that pays its money again.
left join payouts payout
    on payout.account = {owner}
    and payout.id = case
        when bt.reporting_category = 'payout' then coalesce(bt.source, naming.payout_id, bt.payout_id)
        when bt.reporting_category = 'payout_reversal' then coalesce(bt.source, naming.payout_id)
    end

-- join reversal, needs payout
left join (
    select
        back.account,
        coalesce(back.source, failed.id) as payout_id,
        min(back.created) as created
    from balance_transactions back
    left join payouts failed
        on failed.account = back.account
        and failed.failure_balance_transaction_id = back.id
    where back.reporting_category = 'payout_reversal'
    group by
        back.account,
        coalesce(back.source, failed.id)
) reversal
    on reversal.account = {owner}
    and reversal.payout_id = payout.id
