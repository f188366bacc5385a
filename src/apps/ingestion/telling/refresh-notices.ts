import type { StepName } from '../refreshes/plans.ts';
import type { Refresh } from '../refreshes/refresh.ts';
import type { Notice } from '../refreshes/refresh-tasks.ts';

/** What is said once a step is done; the others say it themselves, or nothing. */
const AFTER_STEP: Partial<Readonly<Record<StepName, Notice>>> = {
  copy: { level: 'info', text: 'Data copy complete | _Next: data cleaning_' },
  clean: { level: 'info', text: 'Data cleaning complete | _Next: search reindex_' },
  index: { level: 'verbose', text: 'Search reindex complete | _Next: verification_' },
  build_constraints: { level: 'info', text: 'Indices & constraints applied | _Next: table promotion_' },
};

/** Returns what is said when a refresh begins. */
export function noticesOfBegin({ model, action }: Pick<Refresh, 'model' | 'action'>): readonly Notice[] {
  if (action !== 'INGEST_UPSTREAM') return [];
  const text = 'Starting data refresh | _Next: copying data from upstream_';
  return [{ level: 'info', text: `${prefixOf(model)} ${text}` }];
}

/**
 * Returns what is said when a step is done.
 *
 * @param own what the step itself has to say.
 */
export function noticesOfStep(
  model: string,
  stepName: StepName,
  own: readonly Notice[] = [],
): readonly Notice[] {
  const planned = AFTER_STEP[stepName];
  return [...(planned ? [planned] : []), ...own].map(({ level, text }) => ({
    level,
    text: `${prefixOf(model)} ${text}`,
  }));
}

/** What is known of a refresh that was not successful. */
export interface UnsuccessfulEnd {
  readonly state: 'failed' | 'cancelled';
  readonly error?: string | undefined;
  /** Where an unexpected error was thrown. */
  readonly stack?: string | undefined;
  readonly message?: string | undefined;
}

/** Returns what is said when a refresh has failed or was cancelled. */
export function noticesOfFailure(
  { model, action }: Pick<Refresh, 'model' | 'action'>,
  { state, error, stack, message }: UnsuccessfulEnd,
): readonly Notice[] {
  if (state === 'cancelled') {
    return [
      { level: 'info', text: `${prefixOf(model)} ${action} was cancelled: ${escaped(message ?? '')}`.trim() },
    ];
  }
  const trace = stack === undefined ? '' : `\n\`\`\`\n${escaped(stack)}\n\`\`\``;
  const reason = escaped(error ?? 'for an unknown reason');
  return [{ level: 'error', text: `:x_red: ${prefixOf(model)} ${action} failed: ${reason}${trace}` }];
}

/** Returns what is said when an alias points to an index. */
export function aliasNotice(alias: string, previousIndex: string | null, indexName: string | null): Notice {
  const name = `\`${alias}\``;
  if (indexName === null) return { level: 'info', text: `Removed alias ${name}` };
  const target = `\`${indexName}\``;
  return {
    level: 'info',
    text:
      previousIndex === null
        ? `Created alias ${name} to ${target}`
        : `Migrated alias ${name} from \`${previousIndex}\` to ${target}`,
  };
}

function prefixOf(model: string): string {
  return `\`${model}\`:`;
}

/** Slack reads these three as markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
