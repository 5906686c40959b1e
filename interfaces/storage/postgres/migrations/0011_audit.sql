-- How far the log is sealed into the transparency log, and which process seals it: one row. Hashes and keys are hex,
-- times Unix seconds.

create table audit_seal (
    id integer primary key,
    origin text not null,
    public_key text not null,
    size bigint not null,
    root text not null,
    position bigint not null,
    note text not null,
    previous text not null,
    sealed_at double precision not null,
    holder text not null,
    leased_until double precision not null
);
