import { expect, it } from '@jest/globals';
import { ingestionSettings } from '../../../../src/apps/ingestion/settings.ts';
import { readInstallation } from '../../../../src/installation.ts';

function readAll(environment: NodeJS.ProcessEnv) {
  return readInstallation({
    INSTALLED_APPS: 'ingestion',
    DATABASE_URL: 'postgresql://ada@localhost/ada',
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    ...environment,
  });
}

const read = (value: string) => readAll({ INGESTION_SEARCH_ENGINE: value });

const engineOf = (environment: NodeJS.ProcessEnv) =>
  readAll(environment).settings.of(ingestionSettings).search.engine;

it.each(['postgres', 'elasticsearch+https://host:9200', 'OpenSearch+http://ada:a%20word@host:9200/'])(
  'INGESTION_SEARCH_ENGINE can be %s',
  (value) => {
    expect(() => read(value)).not.toThrow();
  },
);

it.each([
  'https://host:9200',
  'solr+https://host',
  'elasticsearch+https://',
  'elasticsearch+https://host?a=b',
  // Nothing can be made of the password, which the client takes apart from the URL.
  'elasticsearch+https://ada:50%secret@host:9200',
])('INGESTION_SEARCH_ENGINE cannot be %s, and the message says no password', (value) => {
  expect(() => read(value)).toThrow('INGESTION_SEARCH_ENGINE');
  expect(() => read(value)).not.toThrow('secret');
});

it('is postgres where nothing is set', () => {
  expect(engineOf({})).toEqual({ kind: 'postgres' });
});

it.each([
  [{ ELASTICSEARCH_URL: 'search.example' }, 'http://search.example:9200'],
  [{ ELASTICSEARCH_PORT: '9201' }, 'http://localhost:9201'],
  [
    { ELASTICSEARCH_SCHEME: 'https://', ELASTICSEARCH_URL: 'es.example', ELASTICSEARCH_PORT: '443' },
    'https://es.example:443',
  ],
  [{ ELASTICSEARCH_SCHEME: 'https' }, 'https://localhost:9200'],
])('is Elasticsearch where the variables of the original server say where it is: %j', (environment, url) => {
  expect(engineOf(environment)).toEqual({ kind: 'elasticsearch', url });
});

it('is what INGESTION_SEARCH_ENGINE says where both are set', () => {
  const original = { ELASTICSEARCH_SCHEME: 'https://', ELASTICSEARCH_URL: 'es.example' };
  expect(engineOf({ ...original, INGESTION_SEARCH_ENGINE: 'postgres' })).toEqual({ kind: 'postgres' });
});

it('refuses a scheme that is none', () => {
  expect(() => readAll({ ELASTICSEARCH_SCHEME: 'ftp://' })).toThrow('ELASTICSEARCH_SCHEME');
});
