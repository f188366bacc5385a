/** How much the word of a provider counts, by what kind of provider it is. */
const BOOSTS: Readonly<Record<string, number>> = Object.fromEntries([
  ...boosted(75, ['flickr', 'behance', 'thingiverse', 'sketchfab', 'deviantart']),
  ...boosted(85, ['stocksnap']),
  ...boosted(90, [
    'met',
    'rijksmuseum',
    'smithsonian',
    'smithsonian_institution',
    'clevelandmuseum',
    'brooklynmuseum',
    'museumsvictoria',
    'museumvictoria',
    'sciencemuseum',
    'thorvaldsensmuseum',
    'europeana',
    'nypl',
    'digitaltmuseum',
  ]),
]);

/**
 * Returns how much a provider counts, from 0 to 100: what the row itself says, or else what is known of the provider;
 * `null` if neither says anything, and for 0, which engines refuse.
 */
export function authorityBoostOf(provider: string | null, ofRow: number | null): number | null {
  if (ofRow !== null && ofRow >= 0 && ofRow <= 100) return ofRow === 0 ? null : ofRow;
  return provider !== null && Object.hasOwn(BOOSTS, provider) ? (BOOSTS[provider] ?? null) : null;
}

function boosted(boost: number, providers: readonly string[]): readonly (readonly [string, number])[] {
  return providers.map((provider) => [provider, boost] as const);
}
