import type { estypes } from '@elastic/elasticsearch';
import type { FieldMapping, IndexDeclaration, TextMapping } from '../../models/model.ts';

/** Words that the stemmer would take for one another. */
const STEM_OVERRIDES = [
  'animal, animals => animal',
  'anime => anime',
  'animate, animated, animates, animation, animations => animate',
  'universe, universes => universe',
  'university, universities => university',
];

/** Cuts words where every other engine cuts them: otherwise `bird.jpg` and `bird_house` would be one word. */
const SEPARATORS = '[^\\p{L}\\p{M}\\p{N}]+';

/** The analyzer of each language. */
const ANALYZERS: Readonly<Record<TextMapping['language'], string>> = {
  english: 'english_words',
  simple: 'plain_words',
};

const ANALYSIS: estypes.IndicesIndexSettingsAnalysis = {
  char_filter: { separators: { type: 'pattern_replace', pattern: SEPARATORS, replacement: ' ' } },
  filter: {
    english_stop: { type: 'stop', stopwords: '_english_' },
    english_overrides: { type: 'stemmer_override', rules: STEM_OVERRIDES },
    english_stemmer: { type: 'stemmer', language: 'english' },
  },
  analyzer: {
    english_words: {
      type: 'custom',
      char_filter: ['separators'],
      tokenizer: 'standard',
      filter: ['lowercase', 'english_stop', 'english_overrides', 'english_stemmer'],
    },
    plain_words: {
      type: 'custom',
      char_filter: ['separators'],
      tokenizer: 'standard',
      filter: ['lowercase'],
    },
  },
};

/** The body of the request that creates an index: without replicas and refreshes, as it is loaded first. */
export function indexBody({ fields, shardCount }: IndexDeclaration) {
  return {
    settings: {
      index: { number_of_shards: shardCount, number_of_replicas: 0, refresh_interval: '-1' },
      analysis: ANALYSIS,
    },
    mappings: { dynamic: false, properties: propertiesOf(fields) },
  } satisfies Omit<estypes.IndicesCreateRequest, 'index'>;
}

/** The settings of an index that is loaded: one replica where there is a second node, and refreshes as by default. */
export const LOADED_SETTINGS = {
  index: { refresh_interval: null, auto_expand_replicas: '0-1' },
};

function propertiesOf(fields: IndexDeclaration['fields']): Record<string, estypes.MappingProperty> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, mapping]) => {
      const property = propertyOf(mapping);
      return property === undefined ? [] : [[name, property]];
    }),
  );
}

/** What is stored alone has no mapping. */
function propertyOf(mapping: FieldMapping): estypes.MappingProperty | undefined {
  switch (mapping.type) {
    case 'stored':
      return undefined;
    case 'object':
      return { properties: propertiesOf(mapping.fields) };
    case 'rank-feature':
      return { type: 'rank_feature', ...(mapping.isNegative ? { positive_score_impact: false } : {}) };
    case 'text':
      return textProperty(mapping);
    default:
      return { type: mapping.type };
  }
}

function textProperty(mapping: TextMapping): estypes.MappingProperty {
  const { language, hasBooleanSimilarity, hasKeyword, hasRaw } = mapping;
  return {
    type: 'text',
    analyzer: ANALYZERS[language],
    ...(hasBooleanSimilarity ? { similarity: 'boolean' } : {}),
    fields: {
      ...(hasKeyword ? { keyword: { type: 'keyword', ignore_above: 256 } } : {}),
      ...(hasRaw ? { raw: { type: 'text', analyzer: ANALYZERS.simple } } : {}),
    },
  };
}
