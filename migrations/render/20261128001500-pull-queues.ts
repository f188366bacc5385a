import type { Knex } from 'knex';

/** Pull queues, their tasks, and how many tasks were leased in each second. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE SCHEMA render;

    -- The one clock of all leases. It is stable within a statement, so that an index can be compared with it.
    CREATE FUNCTION render.now_microseconds() RETURNS bigint LANGUAGE sql STABLE AS
      $$ SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint $$;

    CREATE TABLE render.queues (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      project text NOT NULL,
      name text NOT NULL,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      UNIQUE (project, name)
    );
    CREATE INDEX queues_newest ON render.queues (created DESC, id);

    CREATE TABLE render.tasks (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      queue_id uuid NOT NULL REFERENCES render.queues,
      -- The id that clients know; ids and tags are in the order of their bytes.
      name text COLLATE "C" NOT NULL,
      tag text COLLATE "C" NOT NULL,
      payload text NOT NULL,
      payload_bytes integer NOT NULL,
      enqueued_us bigint NOT NULL,
      -- The only truth about a lease: a task can be leased once this has passed.
      leased_until_us bigint NOT NULL,
      -- True only if leased_until_us has passed. A lease that has ended leaves it false until the next lease call.
      is_free boolean NOT NULL,
      retry_count integer NOT NULL,
      -- Our own task that renders this one; null if a client holds the lease.
      rendered_by uuid,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      UNIQUE (queue_id, name)
    ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
    CREATE INDEX tasks_oldest ON render.tasks (queue_id, enqueued_us, name);
    CREATE INDEX tasks_free ON render.tasks (queue_id, enqueued_us, name) WHERE is_free;
    CREATE INDEX tasks_free_by_tag ON render.tasks (queue_id, tag, enqueued_us, name) WHERE is_free;
    CREATE INDEX tasks_leased ON render.tasks (queue_id, leased_until_us) WHERE NOT is_free;
    CREATE INDEX tasks_newest ON render.tasks (created DESC, id);
    CREATE INDEX tasks_newest_of_queue ON render.tasks (queue_id, created DESC, id);
    CREATE INDEX tasks_newest_by_tag ON render.tasks (queue_id, tag, created DESC, id);

    -- A row for each second and each connection that leased, so that no two calls wait for each other.
    CREATE TABLE render.lease_counts (
      queue_id uuid NOT NULL REFERENCES render.queues,
      second bigint NOT NULL,
      connection integer NOT NULL,
      tasks integer NOT NULL,
      PRIMARY KEY (queue_id, second, connection)
    );
    CREATE INDEX lease_counts_by_age ON render.lease_counts (second);
  `);
}

/** Removes all queues and their tasks. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP SCHEMA render CASCADE');
}
