-- Rows of the payouts reports: movements to the bank or back that count in the interval.
select *
from payout_movements bt
where instant >= $interval_start
    and instant < $interval_end
