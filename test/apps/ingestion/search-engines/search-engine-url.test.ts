import { expect, it } from '@jest/globals';
import { readInstallation } from '../../../../src/installation.ts';

function read(value: string) {
  return readInstallation({
    INSTALLED_APPS: 'ingestion',
    DATABASE_URL: 'postgresql://ada@localhost/ada',
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    INGESTION_SEARCH_ENGINE: value,
  });
}

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
