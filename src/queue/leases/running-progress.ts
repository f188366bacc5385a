/**
 * SQL: a relation of the tasks that engines hold, for joins of an app's own tables with how far their tasks are. To be
 * written behind `FROM` or `JOIN`, with a name. Its columns:
 *
 * - `task_id uuid`: the key, by which rows are found in an index;
 * - `done double precision`, `total double precision`, `note text`: the last progress that was stored, as a function
 *   reports it by `TaskContext.progress`; `NULL` if it reported none.
 */
export const RUNNING_PROGRESS_SQL = `(
  SELECT task_id, (progress ->> 'done')::double precision AS done, (progress ->> 'total')::double precision AS total,
    progress ->> 'note' AS note
  FROM queue.leases)`;
