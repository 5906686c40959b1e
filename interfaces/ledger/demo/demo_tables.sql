-- The made-up business as tables of a ledger: one view a table, named for it.
-- `end_time` is the moment that the ledger looks back from.

create macro moment(seconds) as make_timestamp(seconds * 1000000);

create macro end_time() as last_second() + 1;

create macro payout_id(number) as made_id('po', number);

create macro seller_id(seller) as 'acct_1' || left(md5(concat(getvariable('seed'), 'seller', seller)), 15);

create macro bank_method(currency) as
    case currency when 'usd' then 'us_bank_account' when 'eur' then 'sepa_debit' else 'konbini' end;

create macro method_id(method) as made_id('pm', method);

create macro person(key) as
    picked(['Ada', 'Ben', 'Chiara', 'Daisuke', 'Elif', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Keiko', 'Lena'], 'first', key)
    || ' '
    || picked(['Abe', 'Brown', 'Costa', 'Dubois', 'Evans', 'Fischer', 'Garcia', 'Hart', 'Ito', 'Jensen', 'Keller', 'Lopez'], 'last', key);

create macro place(key) as picked([
    {city: 'Portland', state: 'OR', postal_code: '97205', country: 'US'},
    {city: 'Austin', state: 'TX', postal_code: '78701', country: 'US'},
    {city: 'Chicago', state: 'IL', postal_code: '60614', country: 'US'},
    {city: 'Lyon', state: null, postal_code: '69002', country: 'FR'},
    {city: 'Dresden', state: null, postal_code: '01099', country: 'DE'},
    {city: 'Porto', state: null, postal_code: '4050-011', country: 'PT'},
    {city: 'Osaka', state: null, postal_code: '530-0001', country: 'JP'},
    {city: 'Sapporo', state: null, postal_code: '060-0042', country: 'JP'}
], 'place', key);

create macro street(key) as
    (1 + draw('house', key, 180)) || ' ' || picked(['Mill Lane', 'High Street', 'Station Road', 'Harbour View'], 'street', key);

create macro brand(key) as picked(['visa', 'visa', 'visa', 'mastercard', 'mastercard', 'amex', 'jcb'], 'brand', key);

create macro funding(key) as picked(['credit', 'credit', 'debit'], 'funding', key);

create view balance_transactions as
select
    id, amount, fee, net, currency, moment(created) as created, moment(available_day * 86400) as available_on, type,
    reporting_category, description, source,
    case when available_day * 86400 < end_time() then 'available' else 'pending' end as status,
    case when rate_in_10000ths is not null
        then (rate_in_10000ths // 10000) || '.' || lpad((rate_in_10000ths % 10000)::varchar, 4, '0') end as exchange_rate
from (
    select
        id, amount, fee, net, currency, created, available_day, type, reporting_category, description, source,
        rate_in_10000ths
    from activity
    union all
    select
        made_id('txn', payout_id(number)), -amount, fee, -amount - fee, currency, created, day_of(created), 'payout',
        'payout', 'STRIPE PAYOUT', payout_id(number), null
    from payouts_made
    union all
    select
        made_id('txn', concat(payout_id(number), 'returned')), amount, -fee, amount + fee, currency, returned_at,
        day_of(returned_at), case status when 'canceled' then 'payout_cancel' else 'payout_failure' end,
        'payout_reversal', case status when 'canceled' then 'PAYOUT CANCELED' else 'STRIPE PAYOUT FAILURE' end,
        payout_id(number), null
    from payouts_made
    where returned_at is not null
);

create view payouts as
select
    payout_id(number) as id, amount, currency, moment(created) as created, moment(arrival) as arrival_date, automatic, status,
    case when automatic then 'bank_account' else 'card' end as type,
    case when automatic then 'standard' else 'instant' end as method,
    'STRIPE PAYOUT' as description,
    made_id(case when automatic then 'ba' else 'card' end, currency) as destination_id,
    'card' as source_type,
    made_id('txn', payout_id(number)) as balance_transaction_id,
    case when returned_at is not null then made_id('txn', concat(payout_id(number), 'returned')) end
        as failure_balance_transaction_id,
    case status when 'failed' then 'account_closed' end as failure_code,
    case status when 'failed' then 'The bank account has been closed.' end as failure_message
from payouts_made;

-- A payout settles its own transaction too, as the API's list of a payout's transactions says.
create view payout_balance_transactions as
select payout_id(number) as payout_id, id as balance_transaction_id
from activity join settled using (currency, settled_day)
union all
select payout_id(number), made_id('txn', payout_id(number)) from payouts_made where automatic
union all
select payout_id(number), made_id('txn', concat(payout_id(failed), 'returned')) from paid_again;

create view charges as
select
    orders.id, orders.amount, coalesce(refunds_made.amount, 0) as amount_refunded, orders.currency,
    moment(orders.created) as created,
    case when succeeded then 'succeeded' else 'failed' end as status,
    description,
    made_id('cus', customer) as customer_id,
    case when subscription is not null then made_id('in', orders.i) end as invoice_id,
    made_id('pi', orders.i) as payment_intent_id,
    case when succeeded then made_id('txn', orders.id) end as balance_transaction_id,
    succeeded as captured,
    succeeded as paid,
    coalesce(refunds_made.amount, 0) = orders.amount as refunded,
    case when not succeeded then 'card_declined' end as failure_code,
    case when not succeeded then 'Your card was declined.' end as failure_message,
    'KITE COFFEE' as statement_descriptor,
    buyer || '@example.com' as receipt_email,
    method_id(method) as payment_method_id,
    case when orders.by_bank then bank_method(orders.currency) else 'card' end as payment_method_type,
    case when not orders.by_bank then brand(method) end as card_brand,
    case when not orders.by_bank then funding(method) end as card_funding,
    case when not orders.by_bank then place(buyer).country end as card_country,
    case when not orders.by_bank then method_id(method) end as card_id,
    case when transfers_made.i is not null then made_id('tr', orders.i) end as transfer_id,
    case when subscription is null then person(buyer) end as shipping_name,
    case when subscription is null then street(buyer) end as shipping_address_line1,
    case when subscription is null then place(buyer).city end as shipping_address_city,
    case when subscription is null then place(buyer).state end as shipping_address_state,
    case when subscription is null then place(buyer).postal_code end as shipping_address_postal_code,
    case when subscription is null then place(buyer).country end as shipping_address_country,
    street(buyer) as billing_address_line1,
    place(buyer).city as billing_address_city,
    place(buyer).state as billing_address_state,
    place(buyer).postal_code as billing_address_postal_code,
    place(buyer).country as billing_address_country
from orders
left join refunds_made on refunds_made.i = orders.i
left join transfers_made on transfers_made.i = orders.i;

create view refunds as
select
    made_id('re', i) as id, amount, currency, moment(created) as created, charge_id, made_id('pi', i) as payment_intent_id,
    made_id('txn', made_id('re', i)) as balance_transaction_id, 'succeeded' as status,
    picked(['requested_by_customer', 'requested_by_customer', 'duplicate'], 'refund reason', i) as reason,
    '{"ticket":"T-' || (20000 + i) || '"}' as metadata
from refunds_made;

create view disputes as
select
    made_id('dp', i) as id, amount, currency, moment(created) as created, charge_id, made_id('pi', i) as payment_intent_id,
    made_id('txn', concat(made_id('dp', i), 'withdrawn')) as balance_transaction_id, status,
    picked(['fraudulent', 'product_not_received', 'subscription_canceled', 'general'], 'dispute reason', i) as reason,
    false as is_charge_refundable
from disputes_made;

create view customers as
select
    made_id('cus', number) as id,
    moment(getvariable('first_day') * 86400 - draw('joined', number, 400 * 86400)) as created,
    lower(replace(person(buyer), ' ', '.')) || number || '@example.com' as email,
    person(buyer) as name,
    street(buyer) as address_line1, place(buyer).city as address_city, place(buyer).state as address_state,
    place(buyer).postal_code as address_postal_code, place(buyer).country as address_country
from (select i as number, 'customer' || i as buyer from range(getvariable('customers')) as t(i));

create view payment_intents as
select
    made_id('pi', i) as id, amount, currency, moment(created - 5) as created, made_id('cus', customer) as customer_id,
    description, case when succeeded then 'succeeded' else 'requires_payment_method' end as status,
    method_id(method) as payment_method_id,
    '{"order_id":"' || (100000 + i) || '"}' as metadata
from orders;

create table methods as
select
    method, min(buyer) as buyer, min(customer) as customer, min(created) as created,
    case when bool_or(by_bank) then bank_method(min(currency)) else 'card' end as type
from orders
group by method;

create view payment_methods as
select method_id(method) as id, type, made_id('cus', customer) as customer_id, moment(created) as created
from methods;

create view payment_method_cards as
select method_id(method) as payment_method_id, brand(method) as brand, funding(method) as funding, place(buyer).country as country
from methods
where type = 'card';

create view cards as
select
    method_id(method) as id, moment(created) as created, brand(method) as brand, funding(method) as funding,
    place(buyer).country as country, lpad(draw('last4', method, 10000)::varchar, 4, '0') as last4,
    made_id('cus', customer) as customer_id, person(buyer) as name,
    street(buyer) as address_line1, place(buyer).city as address_city, place(buyer).state as address_state,
    place(buyer).postal_code as address_postal_code, place(buyer).country as address_country
from methods
where type = 'card';

create view invoices as
select
    made_id('in', i) as id, moment(created - 3600) as created, currency,
    'KITE-' || lpad((row_number() over (order by i))::varchar, 6, '0') as number,
    case when succeeded then 'paid' else 'open' end as status,
    made_id('cus', customer) as customer_id, made_id('sub', subscription) as subscription_id, id as charge_id,
    made_id('pi', i) as payment_intent_id, amount as amount_due,
    case when succeeded then amount else 0 end as amount_paid,
    case when succeeded then 0 else amount end as amount_remaining,
    amount as subtotal, amount as total
from orders
where subscription is not null;

create view subscriptions as
select
    made_id('sub', subscription) as id, moment(min(created) - 3600) as created, 'active' as status,
    made_id('cus', subscription) as customer_id, made_id('in', max(i)) as latest_invoice_id
from orders
where subscription is not null
group by subscription;

create view transfers as
select
    made_id('tr', i) as id, amount, currency, moment(created) as created, 0 as amount_reversed,
    'Transfer to seller' as description, made_id('txn', made_id('tr', i)) as balance_transaction_id,
    seller_id(seller) as destination_id, made_id('py', 'of transfer ' || i) as destination_payment_id,
    charge_id as source_transaction_id, 'card' as source_type, 'order_' || (100000 + i) as transfer_group
from transfers_made;

create view accounts as
select
    seller_id(i) as id, shop.name || case when i >= 6 then ' ' || i else '' end as business_name,
    'seller' || i || '@example.com' as email, shop.country as country, shop.currency as default_currency,
    'express' as type, moment(getvariable('first_day') * 86400 - draw('seller joined', i, 300 * 86400)) as created
from (
    select
        i,
        [
            {name: 'Kite Roastery', country: 'US', currency: 'usd'},
            {name: 'Harbour Beans', country: 'US', currency: 'usd'},
            {name: 'Torréfaction du Nord', country: 'FR', currency: 'eur'},
            {name: 'Rösterei Elbe', country: 'DE', currency: 'eur'},
            {name: 'Casa do Grão', country: 'PT', currency: 'eur'},
            {name: 'Naniwa Coffee', country: 'JP', currency: 'jpy'}
        ][1 + i % 6] as shop
    from range(getvariable('sellers')) as t(i)
);
