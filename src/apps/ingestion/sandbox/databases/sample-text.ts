// Made-up titles, creators and tags. Which row has which follows from its id alone, so that every run makes the same rows.

const SUBJECTS = [
  'Lighthouse',
  'Harbour',
  'Meadow',
  'Heron',
  'Bicycle',
  'Night market',
  'Cathedral',
  'Glacier',
  'Orchard',
  'Tram stop',
  'Waterfall',
  'Sailing boat',
  'Observatory',
  'Stone bridge',
  'Fox',
  'Windmill',
  'Tea house',
  'Library',
  'Railway yard',
  'Kingfisher',
];
const MANNERS = [
  'at dawn',
  'in the rain',
  'from above',
  'in winter',
  'at noon',
  'by night',
  'in fog',
  'restored',
];
const PLACES = [
  'Bergen',
  'Porto',
  'Otago',
  'Kyoto',
  'Galway',
  'Oaxaca',
  'Tallinn',
  'Hobart',
  'Quebec',
  'Ljubljana',
];
const CREATORS = ['A. Okafor', 'M. Lindqvist', 'J. Whaanga', 'R. Castellanos', 'T. Ishikawa', 'E. Brennan'];
const TAGS = ['water', 'sky', 'architecture', 'bird', 'travel', 'street', 'old', 'people', 'forest', 'light'];

/** Providers, each as often as it is in the list. */
const PROVIDERS = [
  ...Array.from({ length: 12 }, () => 'flickr'),
  ...Array.from({ length: 4 }, () => 'wikimedia'),
  ...Array.from({ length: 2 }, () => 'rijksmuseum'),
  'stocksnap',
  'met',
];

/** SQL for a number from 0 to below `count` that follows from the id `i`; `salt` makes several that differ. */
function numberSql(count: number, salt: number): string {
  return `((hashint8extended(i, ${salt}) & 2147483647) % ${count})`;
}

function oneOfSql(words: readonly string[], salt: number): string {
  return `(ARRAY[${words.map((word) => `'${word}'`).join(', ')}])[1 + ${numberSql(words.length, salt)}]`;
}

/** SQL expressions for values of the row with the id `i`. */
export const SAMPLE_SQL = {
  title: `concat(${oneOfSql(SUBJECTS, 1)}, ' ', ${oneOfSql(MANNERS, 2)}, ', ', ${oneOfSql(PLACES, 3)})`,
  creator: oneOfSql(CREATORS, 4),
  provider: oneOfSql(PROVIDERS, 5),
  license: oneOfSql(['by', 'by-sa', 'cc0', 'by-nc', 'pdm'], 6),
  // Some tags are uncertain, and some say nothing: the copy cleans them.
  tags: `jsonb_build_array(
    jsonb_build_object('name', ${oneOfSql(TAGS, 7)}, 'accuracy', 0.5 + ${numberSql(50, 8)} / 100.0, 'provider', 'clarifai'),
    jsonb_build_object('name', ${oneOfSql(TAGS, 9)}, 'provider', 'flickr'),
    jsonb_build_object('name', 'uploaded:by=flickrmobile', 'provider', 'flickr'))`,
  metaData: `jsonb_build_object('description', 'Taken near ' || ${oneOfSql(PLACES, 3)}, 'mature', ${numberSql(500, 10)} = 0)`,
  isRemoved: `${numberSql(100, 11)} = 0`,
  popularity: `${numberSql(1_000, 12)} / 1000.0`,
  created: `timestamptz '2020-01-01 00:00:00+00' + ${numberSql(2_000, 13)} * interval '1 day'`,
  width: `400 + ${numberSql(3_000, 14)}`,
  height: `300 + ${numberSql(2_000, 15)}`,
  durationMilliseconds: `5000 + ${numberSql(900_000, 16)}`,
} as const;
