import type { Knex } from 'knex';

/**
 * What the admin finds collections and members by: the customer, and the words of a composite id, an origin or an
 * error. Words are found by their beginnings, which Postgres can do without an extension: not every account may
 * install one. The user and the password that an origin may hold are none of these words.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX collections_by_customer ON collections (customer, created DESC, id);

    -- How far the members of a collection are is counted without a look at the members themselves.
    CREATE INDEX members_by_collection ON members (collection_id, status);

    -- Kept, as making the words anew for each row that is looked at takes longer than everything else. Whatever is
    -- beyond ASCII belongs to a word, whichever locale the database has; and words have at most 100 characters, as
    -- a tsvector holds none of some thousand.
    ALTER TABLE members ADD COLUMN words tsvector GENERATED ALWAYS AS (
      array_to_tsvector(array_remove(string_to_array(regexp_replace(regexp_replace(lower(
          left(coalesce(composite ->> 'compositeId', ''), 1000) || ' ' ||
          left(regexp_replace(coalesce(composite ->> 'origin', ''), '//[^/]*@', '//'), 2000) || ' ' ||
          left(coalesce(error, ''), 4000)
        ), '[\\x01-\\x2f\\x3a-\\x60\\x7b-\\x7f]+', ' ', 'g'), '([^ ]{100})[^ ]+', '\\1', 'g'), ' '), ''))
    ) STORED;
    CREATE INDEX members_by_words ON members USING gin (words);
  `);
}

/** Searches get slow. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE members DROP COLUMN words;
    DROP INDEX members_by_collection; DROP INDEX collections_by_customer;
  `);
}
