-- What one group of requests puts into the log, in one call: events, the receipts that they answer for, and word to
-- whoever follows the log. Arguments hold a value for each row; the positions of the events are given in their order.
-- Other writers wait meanwhile, so that positions become visible in their own order: whoever follows the log never
-- passes over one that is filled in later.

create function reportrun_append(
    originator_ids text [],
    originator_versions bigint [],
    topics text [],
    states bytea [],
    accounts text [],
    livemodes integer [],
    keys text [],
    fingerprints bytea [],
    statuses integer [],
    bodies bytea [],
    request_ids text [],
    times bigint []
)
returns bigint []
language plpgsql
as $$
declare
    positions bigint [];
begin
    lock table reportrun_events in exclusive mode;
    with appended as (
        insert into reportrun_events (originator_id, originator_version, topic, state)
        select id, version, topic, state
        from unnest(originator_ids, originator_versions, topics, states)
            with ordinality as new (id, version, topic, state, place)
        order by place
        returning notification_id
    )
    select array_agg(notification_id order by notification_id) into positions
    from appended;
    insert into receipts (account, livemode, key, fingerprint, status, body, request_id, created)
    select *
    from unnest(accounts, livemodes, keys, fingerprints, statuses, bodies, request_ids, times);
    notify reportrun_events;
    return positions;
end
$$;
