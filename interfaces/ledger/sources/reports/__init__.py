"""Files for people as sources: exports of Stripe's Dashboard, and report files, whose amounts are in major units."""
