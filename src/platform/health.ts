import { within } from './deadline.ts';
import { errorMessage } from './error-message.ts';

/** One thing that has to work for the service to work. */
export interface HealthCheck {
  /** As it is in the response of `/health-check/`. */
  readonly name: string;
  /** Whether it decides only where `/health-check/?strict` is asked. */
  readonly isAdditional?: boolean;
  /** Returns where all is well; throws an error whose message says what is wrong. */
  check(): Promise<void>;
}

/** What a check found: `working`, or what is wrong. */
export type HealthReport = Readonly<Record<string, string>>;

/** What a check returns if all is well. */
export const WORKING = 'working';

/** How long one check may take before it counts as failed. */
const CHECK_TIMEOUT_MILLISECONDS = 5_000;

/** Runs all checks side by side; none can hold up or break the others. */
export async function checkHealth(checks: readonly HealthCheck[]): Promise<HealthReport> {
  const lines = await Promise.all(checks.map(async (check) => [check.name, await outcome(check)] as const));
  return Object.fromEntries(lines);
}

/** Whether every check of a report found all well. */
export function isHealthy(report: HealthReport): boolean {
  return Object.values(report).every((line) => line === WORKING);
}

/** Returns the lines of a report that decide whether the service is healthy: all if it is asked strictly. */
export function decidingLines(
  report: HealthReport,
  checks: readonly HealthCheck[],
  isStrict: boolean,
): HealthReport {
  const deciding = checks.filter(({ isAdditional = false }) => isStrict || !isAdditional);
  return Object.fromEntries(deciding.map(({ name }) => [name, report[name] ?? WORKING]));
}

async function outcome(check: HealthCheck): Promise<string> {
  try {
    await within(CHECK_TIMEOUT_MILLISECONDS, check.check());
    return WORKING;
  } catch (error) {
    return errorMessage(error);
  }
}
