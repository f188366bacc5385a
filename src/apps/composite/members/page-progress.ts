import { RUNNING_PROGRESS_SQL, type TaskContext } from '../../../queue/index.ts';

/**
 * SQL: how many pages of a member are in S3. While its task runs, that is the last progress that the task reported; but a
 * change of status, which stores it with the member, may have been quicker.
 */
export const PAGES_DONE_SQL = `greatest(members.pages_done, (
  SELECT running.done::integer FROM ${RUNNING_PROGRESS_SQL} AS running WHERE running.task_id = members.task_id))`;

/** Counts the pages of an attempt, and reports them to the queue. */
export class PageProgress {
  readonly #tell: TaskContext['progress'];
  #done: number | undefined;
  #total: number | undefined;

  constructor(tell: TaskContext['progress']) {
    this.#tell = tell;
  }

  /** Pages that are in S3; `undefined` if the attempt has not begun to store any. */
  get done(): number | undefined {
    return this.#done;
  }

  /** The origin is asked for the PDF. */
  fetch(): void {
    this.#tell(0, undefined, 'fetching the PDF');
  }

  /** The PDF is open, and has so many pages. */
  open(total: number): void {
    this.#done = 0;
    this.#total = total;
    this.#tell(0, total, 'storing pages');
  }

  /** One more page is in S3. */
  advance(): void {
    this.#done = (this.#done ?? 0) + 1;
    this.#tell(this.#done, this.#total, 'storing pages');
  }

  /** All pages are in S3, by this attempt or an earlier one; now it is the DLCS's turn. */
  handOver(total: number): void {
    this.#tell(total, total, 'handing over to the DLCS');
  }
}
