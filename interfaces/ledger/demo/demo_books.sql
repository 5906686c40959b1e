-- What the made-up business owes the tax office, when it earned its revenue, and how its sellers stand: one view a table.

create macro month_of(seconds) as strftime(moment(seconds), '%Y-%m');

-- Parts in a thousand, or null where nothing is taxed. Prices include the tax.
create macro tax_rates(country, state) as case
    when country = 'US' and state = 'TX' then [
        {level: 'state', name: 'Texas', tax: 'Sales tax', per_mille: 62.5}, {level: 'city', name: 'Austin', tax: 'Sales tax', per_mille: 20}
    ]
    when country = 'US' and state = 'IL' then [
        {level: 'state', name: 'Illinois', tax: 'Sales tax', per_mille: 62.5}, {level: 'city', name: 'Chicago', tax: 'Sales tax', per_mille: 12.5}
    ]
    when country = 'US' then [{level: 'state', name: 'Oregon', tax: null, per_mille: null}]
    when country = 'FR' then [{level: 'country', name: 'France', tax: 'TVA', per_mille: 200}]
    when country = 'DE' then [{level: 'country', name: 'Germany', tax: 'MwSt', per_mille: 190}]
    when country = 'PT' then [{level: 'country', name: 'Portugal', tax: 'IVA', per_mille: 230}]
    else [{level: 'country', name: 'Japan', tax: 'JCT', per_mille: 100}]
end;

-- The tax office's currency, and what a minor unit of another is in it, in millionths.
create macro filing_currency(country) as case country when 'US' then 'usd' when 'JP' then 'jpy' else 'eur' end;

create macro filing_rate(currency, country) as coalesce(map {
    'usdeur': 920000, 'usdjpy': 1500000, 'eurusd': 1086957, 'eurjpy': 1630435, 'jpyusd': 666667, 'jpyeur': 613333
}[currency || filing_currency(country)], 1000000);

create macro filed(amount, currency, country) as cast(round(amount * filing_rate(currency, country) / 1000000) as bigint);

-- A rate counts major units, and a yen has no hundredths.
create macro major_rate(currency, country) as
    filing_rate(currency, country) / 1000000.0
    * case when currency = 'jpy' and country <> 'JP' then 0.01 when currency <> 'jpy' and country = 'JP' then 100 else 1 end;

create view credit_notes as
select
    made_id('cn', i) as id, moment(refunds_made.created) as created, 'KITE-CN-' || lpad(i::varchar, 6, '0') as number,
    'issued' as status, made_id('in', i) as invoice_id, made_id('cus', orders.customer) as customer_id,
    refunds_made.currency as currency, refunds_made.amount as amount
from refunds_made
join orders using (i)
where orders.subscription is not null;

create view tax_transactions as
select
    made_id('tax', sold) as id, made_id('tax_li', sold) as line_item_id, moment(created) as created, moment(tax_date) as tax_date,
    type, currency, 'txcd_99999999' as tax_code, rate.name as jurisdiction_name, rate.level as jurisdiction_level,
    there.country as country_code, there.state as state_code, 'US' as origin_resolved_address_country,
    'OR' as origin_resolved_address_state, there.country as destination_resolved_address_country,
    there.state as destination_resolved_address_state,
    case when rate.per_mille is null then 'non_taxable' else 'taxable' end as taxability,
    case when rate.per_mille is null then 'not_subject_to_tax' else 'standard_rated' end as taxability_reason,
    cast(rate.per_mille / 1000 as decimal(9, 5))::varchar as tax_rate, pieces::varchar as quantity,
    pieces::varchar as quantity_decimal, rate.tax as tax_name,
    amount - all_tax as subtotal,
    case when rate.per_mille is null then amount else amount - all_tax + tax end as total,
    case when rate.per_mille is null then 0 else amount - all_tax end as taxable_amount,
    case when rate.per_mille is null then amount else 0 end as non_taxable_amount,
    tax as tax_amount,
    filing_currency(there.country) as filing_currency,
    cast(major_rate(currency, there.country) as decimal(18, 6))::varchar as filing_exchange_rate,
    filed(case when rate.per_mille is null then amount else amount - all_tax + tax end, currency, there.country) as filing_total,
    filed(case when rate.per_mille is null then 0 else amount - all_tax end, currency, there.country) as filing_taxable_amount,
    filed(case when rate.per_mille is null then amount else 0 end, currency, there.country) as filing_non_taxable_amount,
    filed(tax, currency, there.country) as filing_tax_amount,
    invoice_id, credit_note_id, refund_id, '{"order_id":"' || (100000 + i) || '"}' as metadata
from (
    select
        *,
        coalesce(cast(round(net_of_all * rate.per_mille / 1000) as bigint), 0) as tax,
        sum(coalesce(cast(round(net_of_all * rate.per_mille / 1000) as bigint), 0)) over (partition by sold)::bigint as all_tax
    from (
        select
            *,
            unnest(tax_rates(there.country, there.state)) as rate,
            amount * 1000 / (1000 + coalesce(list_sum(list_transform(
                tax_rates(there.country, there.state), lambda one: one.per_mille
            )), 0)) as net_of_all
        from (
            select
                concat('sale', i) as sold, i, created, created as tax_date, currency, amount, place(buyer) as there, pieces,
                case when subscription is not null then 'invoice' else 'payment_intent' end as type,
                case when subscription is not null then made_id('in', i) end as invoice_id,
                null as credit_note_id, null as refund_id
            from (select orders.*, 1 as pieces from orders where succeeded)
            union all
            select
                concat('refund', i), i, refunds_made.created, orders.created, refunds_made.currency, -refunds_made.amount,
                place(buyer), 1, case when subscription is not null then 'credit_note' else 'refund' end,
                case when subscription is not null then made_id('in', i) end,
                case when subscription is not null then made_id('cn', i) end,
                made_id('re', i)
            from refunds_made
            join orders using (i)
        )
    )
);

-- An order is earned when it is paid; a subscription's month half in the month that it is paid in, half thirty days later.
create view revenue_entries as
select
    made_id('rre', concat(i, part)) as id, moment(created) as created, debit, credit, amount, currency,
    month_of(created) as accounting_period, month_of(created) as open_accounting_period,
    gl_code[debit] as debit_gl_code, gl_code[credit] as credit_gl_code, id as transaction_model_id, id as charge_id,
    made_id('cus', customer) as customer_id,
    case when subscription is not null then made_id('in', i) end as invoice_id,
    case when subscription is not null then made_id('il', i) end as invoice_line_item_id,
    made_id('sub', subscription) as subscription_id, made_id('si', subscription) as subscription_item_id,
    made_id('price', coalesce(plan, regexp_extract(description, ': (.*?)( x \d+)?$', 1))) as price_id,
    made_id('prod', coalesce(plan, regexp_extract(description, ': (.*?)( x \d+)?$', 1))) as product_id,
    case when part = 'refunded' then made_id('re', i) end as refund_id,
    currency as presentment_currency, amount as presentment_amount
from (
    select sold.*, unnest(entries, recursive := true)
    from (
        select
            orders.* exclude (created, amount),
            subscriptions_made.plan,
            map {'AccountsReceivable': '1100', 'Cash': '1000', 'DeferredRevenue': '2400', 'Refunds': '4900', 'Revenue': '4000'}
                as gl_code,
            case when subscription is null then [
                {part: 'earned', created: orders.created, debit: 'Cash', credit: 'Revenue', amount: orders.amount}
            ] else [
                {part: 'billed', created: orders.created - 3600, debit: 'AccountsReceivable', credit: 'DeferredRevenue', amount: orders.amount},
                {part: 'paid', created: orders.created, debit: 'Cash', credit: 'AccountsReceivable', amount: orders.amount},
                {part: 'earned', created: orders.created, debit: 'DeferredRevenue', credit: 'Revenue', amount: orders.amount - orders.amount // 2},
                {part: 'earned later', created: orders.created + 30 * 86400, debit: 'DeferredRevenue', credit: 'Revenue', amount: orders.amount // 2}
            ] end
            || case when refunds_made.i is null then [] else [
                {part: 'refunded', created: refunds_made.created, debit: 'Refunds', credit: 'Cash', amount: refunds_made.amount}
            ] end as entries
        from orders
        left join subscriptions_made on subscriptions_made.number = orders.subscription
        left join refunds_made on refunds_made.i = orders.i
        where orders.succeeded
    ) sold
)
where created between getvariable('first_day') * 86400 and last_second();

-- Midnight of every day but the first, for each seller: these rows belong to the sellers' own accounts.
create view account_balances as
select
    seller_id(seller) as account, moment(day * 86400) as created, currency,
    in_currency(draw('balance', concat(seller, ' ', day), 60000) - 9000, currency) as balance,
    in_currency(case when draw('debit', concat(seller, ' ', day), 8) = 0 then 1500 else 0 end, currency) as pending_debits
from (
    select i as seller, unnest(range(getvariable('first_day') + 1, getvariable('first_day') + getvariable('days'))) as day
    from range(getvariable('sellers')) as t(i)
)
join (select id, default_currency as currency from accounts) on id = seller_id(seller);
