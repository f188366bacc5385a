import { isAbsolute, normalize } from 'node:path';
import { makeValidator } from 'envalid';
import { refuse, text, wholeNumber } from '../../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../../platform/settings/variable.ts';
import type { FileStoreDescription } from './collection.ts';

const STORE_FORM = 'an S3 bucket (packages, s3://packages/prefix) or a folder (/data/packages)';

/** A bucket of S3, with or without a prefix, or a folder. */
const fileStore = makeValidator<FileStoreDescription>(
  (input) => readStore(input.trim()) ?? refuse(STORE_FORM),
);

function readStore(text: string): FileStoreDescription | undefined {
  if (isAbsolute(text)) return { type: 'local', folder: normalize(text).replace(/(?<=.)\/$/, '') };
  const [, bucket, prefix = ''] = /^(?:s3:\/\/)?([a-z0-9][a-z0-9.-]{1,62})(?:\/(.*))?$/i.exec(text) ?? [];
  if (bucket === undefined) return undefined;
  return { type: 's3', bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/** Where collections are described, and where the files of a collection are if there is no such description. */
export const collectionVariables = {
  file: optionalVariable('VIEW_SERVER_COLLECTIONS', text, {
    example: '/etc/view-server/collections.yaml',
    meaning:
      'The YAML file that describes the collections. Not set: there is one collection, named by `COLLECTION`, with a browse `TRUE_COLOR` of bands 1, 2 and 3.',
  }),
  source: variable('VIEW_SERVER_SOURCE', fileStore, {
    alias: 'DOWNLOAD_CONTAINER',
    default: 's3://packages',
    meaning: `Where packages are, if there is no file of collections: ${STORE_FORM}.`,
  }),
  target: variable('VIEW_SERVER_TARGET', fileStore, {
    alias: 'UPLOAD_CONTAINER',
    default: 's3://products',
    meaning: 'Where images and metadata of products are stored, if there is no file of collections.',
  }),
  s3Requests: variable('VIEW_SERVER_S3_REQUESTS', wholeNumber(1, 1_000), {
    default: '16',
    meaning: 'Requests to a bucket that a process makes at the same time.',
  }),
};
