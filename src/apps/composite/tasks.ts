import { rm } from 'node:fs/promises';
import { defineTaskFunction, type JsonValue } from '../../queue/index.ts';
import { failMember } from './members/members.ts';
import type { ProcessMemberArguments } from './processing/process-member-arguments.ts';
import { scratchDirectoryOf } from './processing/scratch-directory.ts';

/** A task whose worker died is presented again within this time. */
const SOON_SECONDS = 30;

/** The fairness key of the tasks of a customer: customers get turns, however many members each has waiting. */
export function fairnessKeyOf(customer: number): string {
  return `customer ${customer}`;
}

/** Takes one member from its PDF to the DLCS; its result is the list of the DLCS's responses, in batch order. */
export const processMember = defineTaskFunction<ProcessMemberArguments, JsonValue[]>({
  name: 'composite.process_member',
  secretArguments: ['authorization'],
  // The credentials of one caller must not be used for the member of another.
  secretSubject: ({ memberId = '' }) => memberId,
  load: async () => (await import('./processing/process-member.ts')).processMemberTask,
  async onLost({ memberId }, { error }, { transaction, platform, nextAttemptSeconds, progress }) {
    if (memberId === undefined) return;
    await rm(scratchDirectoryOf(memberId, platform.settings), { recursive: true, force: true });
    // Callers need not see an error that the next attempt is about to take back.
    const goesOnAtOnce = nextAttemptSeconds !== undefined && nextAttemptSeconds < SOON_SECONDS;
    if (!goesOnAtOnce) await failMember(transaction, memberId, error, progress?.done);
  },
});
