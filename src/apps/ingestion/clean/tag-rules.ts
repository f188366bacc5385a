/** Whose rules say which tags are dropped: the original server's, or those without its faults. */
export type TagRules = 'mended' | 'original';

/** Below which accuracy a tag is dropped. */
const LEAST_ACCURACY = 0.9;

/** Tags that say nothing. The original also lists `uploaded:by=instagram` and the like, which {@link CONTAINED} drops anyway. */
const EXACT_NAMES = ['no person', 'squareformat'];

/** Names of licenses. The original also drops tags that contain one: `ruby` and `baby`, as both contain `by`. */
const LICENSES = ['cc0', 'by', 'by-nc', 'by-nd', 'by-sa', 'by-nc-nd', 'by-nc-sa', 'pdm'];

/** What machines write into tags: `uploaded:by=flickrmobile`. */
const CONTAINED = ['[:=]', 'flickriosapp', 'uploaded'];

/** Which names are dropped, as a regular expression; it is used without regard to case. */
const DROPPED_NAMES: Readonly<Record<TagRules, string>> = {
  mended: `^([[:space:]]*|${[...EXACT_NAMES, ...LICENSES].join('|')})$|${CONTAINED.join('|')}`,
  original: `^(${EXACT_NAMES.join('|')})$|${[...CONTAINED, ...LICENSES].join('|')}`,
};

/**
 * Returns an expression for the tags that are kept: objects with a name that is not dropped, and with no accuracy, or with one of
 * at least 0.9. Of tags with the same name, in any case, and the same provider, the first is kept, except by the original's rules.
 * Tags keep their order. `NULL` stays; what is no list of tags becomes an empty one.
 *
 * @param tags an expression of the type `jsonb`.
 */
export function keptTags(tags: string, rules: TagRules): string {
  // In strict mode, a tag without an accuracy would be dropped.
  const path = `lax $[*] ? (@.type() == "object" && @.name.type() == "string"
    && (!exists(@.accuracy) || @.accuracy == null || @.accuracy.double() >= ${LEAST_ACCURACY})
    && !(@.name like_regex "${DROPPED_NAMES[rules]}" flag "i"))`.replaceAll(/\s+/g, ' ');
  const kept = `jsonb_path_query_array(${tags}, '${path}')`;
  return rules === 'original' ? kept : withoutDoubles(kept);
}

/** Few lists have a name twice: the others are only looked through, and stay as they are. */
function withoutDoubles(tags: string): string {
  const isDoubled = `jsonb_array_length(list) > 1 AND jsonb_array_length(list) >
    (SELECT count(DISTINCT lower(tag ->> 'name')) FROM jsonb_array_elements(list) AS tag)`;
  const firsts = `SELECT DISTINCT ON (lower(tag ->> 'name'), tag -> 'provider') tag, place
    FROM jsonb_array_elements(list) WITH ORDINALITY AS listed (tag, place)
    ORDER BY lower(tag ->> 'name'), tag -> 'provider', place`;
  // OFFSET has the list computed once.
  return `(SELECT CASE WHEN ${isDoubled} THEN (SELECT jsonb_agg(tag ORDER BY place) FROM (${firsts}) AS firsts) ELSE list END
    FROM (SELECT ${tags} AS list OFFSET 0) AS lists)`.replaceAll(/\s+/g, ' ');
}
