import { wholeNumber } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** What packages may hold, and how many are in work. */
export const preprocessingVariables = {
  itemsPerCollection: variable('PREPROCESSOR_ITEMS_PER_COLLECTION', wholeNumber(1, 100), {
    default: '2',
    meaning: 'Packages of one collection that are preprocessed at the same time.',
  }),
  maximumPackageBytes: variable('PREPROCESSOR_MAX_PACKAGE_BYTES', wholeNumber(1), {
    default: '21474836480',
    meaning:
      'Bytes that a package may have, packed and unpacked. `SCRATCH_DIRECTORY` needs about three times as much for each package in work.',
  }),
  maximumEntries: variable('PREPROCESSOR_MAX_ENTRIES', wholeNumber(1, 100_000), {
    default: '10000',
    meaning: 'Files and folders that a package may have.',
  }),
  maximumRatio: variable('PREPROCESSOR_MAX_RATIO', wholeNumber(1, 2_000), {
    default: '100',
    meaning:
      'How many times its size a package may unpack to; more is taken for a bomb. The first 64 MiB are allowed in any case.',
  }),
};
