-- What happens in a made-up business: orders, subscriptions, refunds, disputes, fees, top-ups and transfers.
--
-- Amounts are minor units, times Unix seconds, `day` counts days since 1970. Chance is MD5 of the seed, so the same
-- seed gives the same ledger everywhere and for ever. Settings come as variables: seed, first_day, days, and how many
-- charges, customers, subscriptions, sellers, fees and topups there are.

-- A number from 0 to below `sides`, always the same for the same `what` and `i`.
create macro draw(what, i, sides) as
    cast(md5_number_lower(concat(getvariable('seed'), what, i)) % cast(sides as ubigint) as bigint);

create macro picked(options, what, i) as options[1 + draw(what, i, len(options))];

create macro made_id(prefix, i) as
    case when i is not null then prefix || '_1' || left(md5(concat(getvariable('seed'), prefix, i)), 23) end;

create macro day_of(seconds) as seconds // 86400;

create macro last_second() as (getvariable('first_day') + getvariable('days')) * 86400 - 1;

-- Day 0 was a Thursday.
create macro is_weekend(day) as (day + 4) % 7 in (0, 6);

create macro weekday_from(day) as day + case (day + 4) % 7 when 6 then 2 when 0 then 1 else 0 end;

-- Money that comes in on a day is paid out on the first weekday after it on which it is available.
create macro settled_on(created, available_day) as weekday_from(greatest(day_of(created) + 1, available_day));

create macro in_currency(usd_cents, currency) as
    case currency when 'jpy' then usd_cents * 3 // 20 * 10 when 'eur' then usd_cents * 92 // 100 else usd_cents end;

create table products as
select * from (values
    (0, 'House blend, 250 g', 1150), (1, 'House blend, 1 kg', 3400), (2, 'Decaf Colombia, 250 g', 1290),
    (3, 'Single origin Kenya, 250 g', 1590), (4, 'Paper filters, 100 pieces', 690), (5, 'Pour-over kit', 4900),
    (6, 'Hand grinder', 12900), (7, 'Espresso cups, set of 4', 3850), (8, 'Milk jug, 600 ml', 2450),
    (9, 'Gift card', 5000), (10, 'Cold brew bottle', 2990), (11, 'Barista class', 14500)
) as product(number, name, usd_cents);

create table subscriptions_made as
select
    i as number,
    picked(['House blend monthly', 'Single origin monthly', 'Office box monthly'], 'plan', i) as plan,
    picked([1900, 2900, 8900], 'plan', i) as usd_cents
from range(getvariable('subscriptions')) as t(i);

create table orders as
with attempts as (
    select
        i as attempt,
        getvariable('first_day') + case
            when draw('growth', i, 2) = 0 then draw('day', i, getvariable('days'))
            else greatest(draw('day', i, getvariable('days')), draw('later day', i, getvariable('days')))
        end as day,
        case
            when draw('night', i, 10) < 2 then draw('second', i, 86400)
            else 25200 + draw('second', i, 57600)
        end as second
    from range(getvariable('charges') + getvariable('charges') // 20) as t(i)
),
weekdays as (
    select
        attempt,
        case when is_weekend(day) and draw('quiet', attempt, 10) < 3 then least(day + 2, day_of(last_second())) else day end
            * 86400 + second as created
    from attempts
),
numbered as (
    select row_number() over (order by created, attempt) - 1 as i, created from weekdays
),
chosen as (
    select
        i,
        created,
        draw('fails', i, 21) <> 0 as succeeded,
        case when draw('subscribed', i, 5) = 0 then draw('subscription', i, getvariable('subscriptions')) end
            as subscription,
        case when draw('currency', i, 10) < 7 then 'usd' when draw('currency', i, 10) < 9 then 'eur' else 'jpy' end
            as settled_in,
        1 + least(draw('pieces', i, 4), draw('more pieces', i, 4)) as pieces,
        draw('product', i, 12) as product,
        draw('bank', i, 10) = 0 as by_bank
    from numbered
),
priced as (
    select
        *,
        case when settled_in = 'usd' and draw('abroad', i, 50) = 0 then 'eur' else settled_in end as currency,
        case
            when subscription is not null then subscription
            when draw('known', i, 5) > 0 then least(
                draw('customer', i, getvariable('customers')), draw('regular', i, getvariable('customers'))
            )
        end as customer
    from chosen
)
select
    *,
    concat(buyer, case when by_bank then currency end) as method
from (
    select
        i,
        made_id(case when by_bank then 'py' else 'ch' end, i) as id,
        created,
        succeeded,
        subscription,
        by_bank,
        settled_in,
        currency,
        in_currency(coalesce(subscriptions_made.usd_cents, pieces * products.usd_cents), currency) as amount,
        case when currency <> settled_in then 10400 + draw('rate', i, 1300) end as rate_in_10000ths,
        customer,
        case when customer is null then 'guest' || i else 'customer' || customer end as buyer,
        case
            when subscription is not null then 'Subscription: ' || plan
            else 'Order ' || (100000 + i) || ': ' || products.name || case when pieces > 1 then ' x ' || pieces else '' end
        end as description
    from priced
    join products on products.number = product
    left join subscriptions_made on subscriptions_made.number = subscription
);

create macro as_settled(amount, rate_in_10000ths) as
    case when rate_in_10000ths is null then amount else (amount * rate_in_10000ths + 5000) // 10000 end;

create table charges_made as
select
    *,
    as_settled(amount, rate_in_10000ths) as settled,
    case
        when by_bank then (as_settled(amount, rate_in_10000ths) * 8 + 500) // 1000
        when settled_in = 'jpy' then (as_settled(amount, rate_in_10000ths) * 36 + 500) // 1000
        else (as_settled(amount, rate_in_10000ths) * 29 + 500) // 1000 + 30
    end as fee,
    draw('trouble', i, 1000) as trouble
from orders
where succeeded;

create table refunds_made as
select
    i,
    id as charge_id,
    created + 3600 + draw('refunded after', i, 20 * 86400) as created,
    currency,
    settled_in,
    rate_in_10000ths,
    by_bank,
    case when draw('part', i, 10) < 3 then greatest(1, amount * (1 + draw('share', i, 8)) // 10) else amount end as amount
from charges_made
where trouble < 50 and created + 3600 + draw('refunded after', i, 20 * 86400) <= last_second();

create table disputes_made as
select
    *,
    case
        when outcome = 'won' and won_at > last_second() then 'under_review'
        when outcome = 'lost' and created + 45 * 86400 > last_second() then 'needs_response'
        else outcome
    end as status
from (
    select
        i,
        id as charge_id,
        created + (5 * 86400) + draw('disputed after', i, 35 * 86400) as created,
        created + (50 * 86400) + draw('won after', i, 30 * 86400) as won_at,
        currency,
        amount,
        settled_in,
        settled,
        case when draw('outcome', i, 10) < 4 then 'won' else 'lost' end as outcome,
        case settled_in when 'jpy' then 1600 else 1500 end as fee
    from charges_made
    where trouble between 50 and 57 and not by_bank
)
where created <= last_second();

create table transfers_made as
select
    i,
    id as charge_id,
    created + 60 as created,
    settled_in as currency,
    settled * 8 // 10 as amount,
    draw('seller', i, getvariable('sellers')) as seller
from charges_made
where trouble between 60 and 67 and created + 60 <= last_second();

-- Fees are billed in the small hours of the day after, top-ups come in the morning.
create table fees_made as
select
    i,
    (getvariable('first_day') + 1 + i * (getvariable('days') - 1) // getvariable('fees')) * 86400
        + 7200 + draw('fee second', i, 3600) as created,
    picked(['usd', 'usd', 'eur', 'jpy'], 'fee currency', i) as currency,
    50 + draw('fee amount', i, 900) as amount,
    picked(['Billing - Usage Fee', 'Radar for Fraud Teams', 'Card account updater', 'Invoicing'], 'fee for', i) as product
from range(getvariable('fees')) as t(i);

create table topups_made as
select
    i,
    (getvariable('first_day') + i * getvariable('days') // getvariable('topups')) * 86400
        + 28800 + draw('topup second', i, 7200) as created,
    picked(['usd', 'usd', 'eur'], 'topup currency', i) as currency,
    10000 * (2 + draw('topup amount', i, 19)) as amount
from range(getvariable('topups')) as t(i);

-- Every balance transaction but those of payouts. `settled_day` is null for money that stays on the balance.
create table activity as
select
    *,
    amount - fee as net,
    made_id('txn', concat(source, source_part)) as id,
    case when kind <> 'topup' then settled_on(created, available_day) end as settled_day
from (
    select
        'charge' as kind, id as source, '' as source_part, created, settled_in as currency, settled as amount, fee,
        day_of(created) + case when by_bank then 5 else 2 end as available_day,
        case when by_bank then 'payment' else 'charge' end as type, 'charge' as reporting_category, description,
        rate_in_10000ths
    from charges_made
    union all
    select
        'refund', made_id('re', i), '', created, settled_in, -as_settled(amount, rate_in_10000ths), 0, day_of(created),
        case when by_bank then 'payment_refund' else 'refund' end, 'refund',
        'REFUND FOR ' || case when by_bank then 'PAYMENT' else 'CHARGE' end, rate_in_10000ths
    from refunds_made
    union all
    select
        'dispute', made_id('dp', i), 'withdrawn', created, settled_in, -settled, fee, day_of(created),
        'adjustment', 'dispute', 'Chargeback withdrawal for ' || charge_id, null
    from disputes_made
    union all
    select
        'dispute', made_id('dp', i), 'won', won_at, settled_in, settled, -fee, day_of(won_at),
        'adjustment', 'dispute_reversal', 'Chargeback reversal for ' || charge_id, null
    from disputes_made
    where status = 'won'
    union all
    select
        'transfer', made_id('tr', i), '', created, currency, -amount, 0, day_of(created),
        'transfer', 'transfer', 'Transfer to seller', null
    from transfers_made
    union all
    select
        'fee', null, i::varchar, created, currency, -amount, 0, day_of(created),
        'stripe_fee', 'fee', product || ' (' || strftime(make_timestamp(created * 1000000), '%Y-%m-%d') || ')', null
    from fees_made
    union all
    select
        'topup', made_id('tu', i), '', created, currency, amount, 0, day_of(created),
        'topup', 'topup', 'Top-up', null
    from topups_made
);
