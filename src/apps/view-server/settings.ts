import { defineSection } from '../../platform/settings/section.ts';
import { text, wholeNumber } from '../../platform/settings/values.ts';
import { variable } from '../../platform/settings/variable.ts';

const items = {
  collection: variable('COLLECTION', text, {
    default: 'collection',
    meaning: 'The collection that pushed packages belong to.',
  }),
  maximumDeliveries: variable('VIEW_SERVER_MAX_ATTEMPTS', wholeNumber(1, 1_000), {
    default: '5',
    meaning:
      'How often an item that was pushed is given to a worker. When the last of these workers is lost, the item fails.',
  }),
};

/** How packages go through their stages. */
export const viewServerSettings = defineSection({
  name: 'view-server',
  prefixes: ['VIEW_SERVER_'],
  variables: { items },
  derive: (values) => values,
  parts: () => [{ title: 'Items', variables: Object.values(items) }],
});

/** The settings of the app, as {@link viewServerSettings} declares them. */
export type ViewServerSettings = ReturnType<(typeof viewServerSettings)['readValues']>;
