import type { Platform } from '../../platform/platform.ts';
import { PRODUCT_SLUG } from '../../platform/product.ts';
import { readVersion } from '../../platform/version.ts';
import { queueSettings } from '../settings.ts';
import type { ErrorReporter } from './error-reporter.ts';
import { ErrorReporting } from './error-reporting.ts';

export type { ErrorReporter, FailedAttempt } from './error-reporter.ts';
export { ErrorReporting } from './error-reporting.ts';

/**
 * Opens the reporters of an engine: those that the installed apps bring, and Sentry where `SENTRY_DSN` is set. Its
 * code is loaded only then.
 */
export async function openErrorReporting(
  platform: Pick<Platform, 'settingsOf' | 'logger'>,
  reporters: readonly ErrorReporter[] = [],
): Promise<ErrorReporting> {
  const { sentryDsn, sentryEnvironment } = platform.settingsOf(queueSettings);
  if (sentryDsn === undefined) return new ErrorReporting(reporters, platform.logger);
  const { SentryReporter } = await import('./sentry-reporter.ts');
  const sentry = new SentryReporter({
    dsn: sentryDsn,
    environment: sentryEnvironment,
    release: `${PRODUCT_SLUG}@${readVersion()}`,
  });
  return new ErrorReporting([...reporters, sentry], platform.logger);
}
