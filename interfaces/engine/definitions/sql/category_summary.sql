-- One line for each category and currency that has rows, then a `total` line for the currency. Amounts are text in
-- major units; sums are 128 bits wide, so that they cannot overflow.
with one_row as (
    select
        currency,
        reporting_category,
        cast(gross_minor as decimal(38, 0)) as gross_minor,
        cast(fee_minor as decimal(38, 0)) as fee_minor,
        cast(net_minor as decimal(38, 0)) as net_minor
    from report_rows bt
),
line as (
    select
        currency,
        reporting_category,
        grouping(reporting_category) as is_total,
        count(*) as rows_in_line,
        sum(gross_minor) as gross_minor,
        sum(fee_minor) as fee_minor,
        sum(net_minor) as net_minor
    from one_row
    group by
        grouping sets ((currency, reporting_category), (currency))
)
select
    case when is_total = 1 then 'total' else reporting_category end as reporting_category,
    currency,
    cast(rows_in_line as varchar) as count,
    amount_text(gross_minor, currency, $decimal_separator) as gross,
    amount_text(fee_minor, currency, $decimal_separator) as fee,
    amount_text(net_minor, currency, $decimal_separator) as net
from line
where is_total = 0
    or $total_rows
order by
    line.currency,
    line.is_total,
    line.reporting_category
