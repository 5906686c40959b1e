-- Secrets of webhook endpoints: one row for each endpoint and generation, as it signs. They are in no event and no log.

-- :create
create table if not exists webhook_secrets (
    endpoint_id text not null,
    generation integer not null,
    secret text not null,
    primary key (endpoint_id, generation)
)

-- :keep
insert into webhook_secrets (endpoint_id, generation, secret)
values (:endpoint_id, :generation, :secret)
on conflict (endpoint_id, generation) do nothing

-- :of
select
    generation,
    secret
from webhook_secrets
where endpoint_id = :endpoint_id
order by generation desc

-- :forget
delete from webhook_secrets
where endpoint_id = :endpoint_id
