import type { Knex } from 'knex';

/** Postgres would do without an index if it planned while the table was small, and keep to that plan. */
const BY_INDEXES = `
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
  SET plan_cache_mode = force_generic_plan`;

/** Ends leases that are over: the next lease finds their tasks in the order of the queue. */
const FREE_EXPIRED = `
  UPDATE render.tasks SET is_free = true
  FROM (
    SELECT tasks.id FROM render.tasks
    WHERE queue_id = in_queue AND NOT is_free AND leased_until_us <= render.now_microseconds()
    ORDER BY leased_until_us LIMIT at_most
    FOR UPDATE SKIP LOCKED
  ) AS expired
  WHERE tasks.id = expired.id;`;

/** Leases the oldest tasks that fulfil a condition, and returns them. */
const leaseWhere = (condition: string) => `
  WITH candidates AS (
    SELECT tasks.id, payload_bytes, enqueued_us, name FROM render.tasks
    WHERE queue_id = in_queue AND is_free AND leased_until_us <= render.now_microseconds() AND ${condition}
    ORDER BY enqueued_us, name LIMIT at_most_leased
    FOR UPDATE SKIP LOCKED
  ), chosen AS (
    SELECT summed.id FROM (
      SELECT candidates.id, sum(payload_bytes) OVER (ORDER BY enqueued_us, name) - payload_bytes AS bytes_before
      FROM candidates
    ) AS summed
    WHERE bytes_before < most_bytes
  ), leased AS (
    UPDATE render.tasks
    SET leased_until_us = render.now_microseconds() + lease_us, is_free = false,
      retry_count = least(retry_count, 2147483646) + 1, rendered_by = NULL
    FROM chosen WHERE tasks.id = chosen.id
    RETURNING tasks.*
  )
  SELECT leased.id, leased.name, leased.payload, leased.tag, leased.enqueued_us, leased.leased_until_us,
    leased.retry_count - 1
  FROM leased ORDER BY leased.enqueued_us, leased.name`;

/** What a lease and a delete do, each in one call that is planned once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Puts tasks whose lease has ended back into the order of the queue: at most so many, those first whose lease
    -- ended first. Returns how many.
    CREATE FUNCTION render.free_expired(in_queue uuid, at_most integer) RETURNS integer
    LANGUAGE plpgsql ${BY_INDEXES} AS $$
      DECLARE freed integer;
      BEGIN
        ${FREE_EXPIRED}
        GET DIAGNOSTICS freed = ROW_COUNT;
        RETURN freed;
      END $$;

    -- Leases the oldest tasks that can be leased; of any tag if with_tag is null. Returns a row of nulls, and leases
    -- nothing, if more leases have ended than one call frees (at_most): call it again.
    CREATE FUNCTION render.lease_tasks(
      in_queue uuid, with_tag text, at_most_leased integer, most_bytes bigint, lease_us bigint, at_most integer
    ) RETURNS TABLE (
      id uuid, name text, payload text, tag text, enqueued_us bigint, leased_until_us bigint, retry_count integer
    )
    LANGUAGE plpgsql ${BY_INDEXES} AS $$
      #variable_conflict use_column
      DECLARE
        changed integer;
      BEGIN
        ${FREE_EXPIRED}
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed = at_most THEN
          RETURN QUERY SELECT NULL::uuid, NULL, NULL, NULL, NULL::bigint, NULL::bigint, NULL::integer;
          RETURN;
        END IF;
        IF with_tag IS NULL THEN
          RETURN QUERY ${leaseWhere('true')};
        ELSE
          RETURN QUERY ${leaseWhere('tag = with_tag')};
        END IF;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed > 0 THEN
          INSERT INTO render.lease_counts (queue_id, second, connection, tasks)
          VALUES (in_queue, render.now_microseconds() / 1000000, pg_backend_pid(), changed)
          ON CONFLICT (queue_id, second, connection) DO UPDATE SET tasks = lease_counts.tasks + excluded.tasks;
        END IF;
      END $$;

    -- Removes tasks by their queues and names, in one order so that no two calls wait for each other in a circle.
    CREATE FUNCTION render.delete_tasks(queue_ids uuid[], names text[]) RETURNS void
    LANGUAGE plpgsql ${BY_INDEXES} AS $$
      BEGIN
        WITH wanted AS (
          SELECT tasks.id
          FROM unnest(queue_ids, names) AS named (queue_id, name)
          JOIN render.tasks ON tasks.queue_id = named.queue_id AND tasks.name = named.name COLLATE "C"
          ORDER BY tasks.queue_id, tasks.name
          FOR UPDATE OF tasks
        )
        DELETE FROM render.tasks USING wanted WHERE tasks.id = wanted.id;
      END $$;
  `);
}

/** Removes the functions. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP FUNCTION render.delete_tasks;
    DROP FUNCTION render.lease_tasks;
    DROP FUNCTION render.free_expired;
  `);
}
