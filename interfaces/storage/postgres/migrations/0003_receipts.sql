-- Receipts: the first answer to each idempotency key of an account and mode. Times are Unix seconds.

create table receipts (
    account text not null,
    livemode integer not null,
    key text not null,
    fingerprint bytea not null,
    status integer not null,
    body bytea not null,
    request_id text not null,
    created bigint not null,
    primary key (account, livemode, key)
);
