import type { Platform } from '../../platform/platform.ts';
import { RowSigner } from '../tasks/row-signer.ts';
import type { TaskArguments } from '../tasks/task-function.ts';
import type { PackedOptions } from '../tasks/task-options.ts';

/** What a failed task is enqueued with when it is sent back. */
export interface FailedCall {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  /** Secret arguments are sealed. */
  readonly args: TaskArguments;
  readonly group: string | null;
  readonly queueName: string;
  readonly options: PackedOptions;
}

/** Signs the rows of failed tasks. */
export class FailedTaskSigner {
  readonly #signer: RowSigner;

  constructor(platform: Pick<Platform, 'settings'>) {
    this.#signer = new RowSigner(platform, 'failed task');
  }

  /** Returns a text for the row. The label of a group may be removed later: the row is then still what was signed. */
  sign(call: FailedCall): string {
    const withGroup = this.#signer.sign(contentOf(call));
    return call.group === null
      ? withGroup
      : `${withGroup} ${this.#signer.sign(contentOf({ ...call, group: null }))}`;
  }

  /** Whether a row is what was signed. @param signature as the row has it. */
  verify(call: FailedCall, signature: string | null): boolean {
    const signatures = signature?.split(' ') ?? [];
    return signatures.slice(0, 2).some((each) => this.#signer.verify(contentOf(call), each));
  }
}

function contentOf({ id, name, func, args, group, queueName, options }: FailedCall): FailedCall {
  return { id, name, func, args, group, queueName, options };
}
