import type { Action } from '../refreshes/actions.ts';

/** The names of what a request may say, as the HTTP API has them. */
export type RequestFieldName =
  | 'index_suffix'
  | 'alias'
  | 'since_date'
  | 'origin_index_suffix'
  | 'destination_index_suffix'
  | 'force'
  | 'force_delete'
  | 'callback_url';

/** One field of the form of an action. */
export interface RequestField {
  readonly name: RequestFieldName;
  readonly label: string;
  readonly kind: 'suffix' | 'alias' | 'date' | 'text' | 'yes';
  readonly isRequired: boolean;
  readonly hint: string;
}

/** What an action is called, what it does, and what its form has. */
export interface ActionForm {
  readonly action: Action;
  readonly label: string;
  readonly meaning: string;
  readonly fields: readonly RequestField[];
}

const SUFFIX: RequestField = {
  name: 'index_suffix',
  label: 'Index suffix',
  kind: 'suffix',
  isRequired: true,
  hint: 'The index is called <model>-<suffix>.',
};
const NEW_SUFFIX: RequestField = {
  ...SUFFIX,
  kind: 'text',
  isRequired: false,
  hint: 'Default: the id of the refresh.',
};
const ALIAS: RequestField = {
  name: 'alias',
  label: 'Alias',
  kind: 'alias',
  isRequired: true,
  hint: 'The name that searches use.',
};

/** The form of each action, in the order in which they are offered. */
export const ACTION_FORMS: readonly ActionForm[] = [
  {
    action: 'INGEST_UPSTREAM',
    label: 'Ingest from upstream',
    meaning: 'Copies, cleans, indexes and verifies. Nothing is live until the copy is promoted.',
    fields: [NEW_SUFFIX],
  },
  {
    action: 'PROMOTE',
    label: 'Promote',
    meaning: 'Puts the copy live, and points the alias to its index.',
    fields: [
      SUFFIX,
      ALIAS,
      {
        name: 'force',
        label: 'Also where the copy has far fewer rows',
        kind: 'yes',
        isRequired: false,
        hint: 'Otherwise it is refused, as something may be wrong upstream.',
      },
    ],
  },
  {
    action: 'REINDEX',
    label: 'Reindex',
    meaning: 'Indexes the live table.',
    fields: [NEW_SUFFIX],
  },
  {
    action: 'UPDATE_INDEX',
    label: 'Update index',
    meaning: 'Indexes the rows of the live table that were updated since a moment.',
    fields: [
      SUFFIX,
      {
        name: 'since_date',
        label: 'Updated since',
        kind: 'date',
        isRequired: true,
        hint: 'In your time zone.',
      },
    ],
  },
  {
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    label: 'Filter index',
    meaning: 'Copies an index without the documents that have sensitive terms.',
    fields: [
      {
        ...SUFFIX,
        name: 'origin_index_suffix',
        label: 'From the index with the suffix',
        isRequired: false,
        hint: 'Default: the index that the alias with the name of the model points to.',
      },
      {
        ...NEW_SUFFIX,
        name: 'destination_index_suffix',
        label: 'Suffix of the new index',
        hint: 'The index is called <model>-<suffix>-filtered. Default: the id of the refresh.',
      },
    ],
  },
  {
    action: 'POINT_ALIAS',
    label: 'Point alias',
    meaning: 'Points the alias to an index, and away from the one before.',
    fields: [SUFFIX, ALIAS],
  },
  {
    action: 'DELETE_INDEX',
    label: 'Delete index',
    meaning: 'Deletes an index by its suffix; or an alias with the index that it points to.',
    fields: [
      { ...SUFFIX, isRequired: false },
      { ...ALIAS, isRequired: false, hint: 'Either a suffix or an alias.' },
      {
        name: 'force_delete',
        label: 'Delete the index of the alias, although it is in use',
        kind: 'yes',
        isRequired: false,
        hint: 'Required with an alias. Searches by the alias fail from then on.',
      },
    ],
  },
  {
    action: 'ROLL_BACK',
    label: 'Roll back',
    meaning: 'Puts the tables and the index from before the last promotion live again.',
    fields: [],
  },
];

/** What an action is called. */
export function actionLabel(action: Action): string {
  return ACTION_FORMS.find((form) => form.action === action)?.label ?? action;
}
