-- Claims: who works on which run, and until when unless renewed. Times are Unix seconds with fractions.

create table claims (
    run_id text primary key,
    account text not null,
    worker text not null,
    expires_at double precision not null
);
