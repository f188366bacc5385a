import type { JsonValue, TaskHandler } from '../../queue/task-function.ts';
import type { ProcessMemberArguments } from './tasks.ts';

/** The handler of `composite.process_member`. */
export const processMemberTask: TaskHandler<ProcessMemberArguments, JsonValue[]> = async ({ memberId }) => {
  throw new Error(`Member ${memberId} cannot be processed yet`);
};
