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
 * at least 0.9. Tags keep their order. `NULL` stays; what is no list of tags becomes an empty one.
 *
 * @param tags an expression of the type `jsonb`.
 */
export function keptTags(tags: string, rules: TagRules): string {
  // In strict mode, a tag without an accuracy would be dropped.
  const path = `lax $[*] ? (@.type() == "object" && @.name.type() == "string"
    && (!exists(@.accuracy) || @.accuracy == null || @.accuracy.double() >= ${LEAST_ACCURACY})
    && !(@.name like_regex "${DROPPED_NAMES[rules]}" flag "i"))`.replaceAll(/\s+/g, ' ');
  return `jsonb_path_query_array(${tags}, '${path}')`;
}
