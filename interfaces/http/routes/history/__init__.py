"""The operations on history, which are an addition to Stripe's surface."""
