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
        "The tasks of those that failed start anew, with the callers' credentials. What the DLCS has accepted already is not handed over twice.",
    },
    {
      name: 'cancel',
      label: 'Cancel',
      done: 'Cancelled',
      icon: 'stopped',
      tone: 'danger',
      meaning:
        'A task that waits will not run, and one that runs is asked to stop. The members then count as failed, and can be resubmitted.',
    },
    {
      name: 'delete',
      label: 'Delete',
      done: 'Deleted',
      icon: 'trash',
      tone: 'danger',
      meaning:
        'Callers who ask for them learn that they do not exist. What the DLCS has stays there, and so do the pages in S3. Members that are being processed are left.',
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
