import type { BulkActions } from '../../../../app-kit/pages/index.ts';
import { act, dataPath } from './api.ts';

/** What members are called in a list. */
export const MEMBERS = { one: 'member', many: 'members' } as const;

/** What can be done to many members. */
export const MEMBER_BULK_ACTIONS: BulkActions<{ readonly id: string }> = {
  actions: [
    {
      name: 'resubmit',
      label: 'Resubmit',
      done: 'Resubmitted',
      icon: 'repeat',
      tone: 'primary',
      meaning:
        "The failed ones are processed again, with the callers' credentials. Images that the DLCS has accepted are not sent twice.",
    },
    {
      name: 'cancel',
      label: 'Cancel',
      done: 'Cancelled',
      icon: 'stopped',
      tone: 'danger',
      meaning:
        'Waiting tasks will not run, and running tasks are asked to stop. The members then count as failed, and can be resubmitted.',
    },
    {
      name: 'delete',
      label: 'Delete',
      done: 'Deleted',
      icon: 'trash',
      tone: 'danger',
      meaning:
        'The API then returns 404 for them. Images at the DLCS and pages in S3 stay. Members that are being processed are skipped.',
    },
  ],
  act: ({ name }, rows) =>
    act(
      'members',
      name,
      rows.map(({ id }) => id),
    ),
  matchingPath: ({ name }) => dataPath(`/matching/members/${name}`),
};
