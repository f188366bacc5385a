import { CommandError } from '../app-kit/app-command.ts';
import { loadInstallation } from '../installation.ts';
import { type Database, openDatabase, waitForDatabase } from '../platform/database/connection.ts';
import { errorMessage } from '../platform/error-message.ts';
import { createLogger, type Logger } from '../platform/logging.ts';
import { PRODUCT_SLUG } from '../platform/product.ts';
import { type PlatformSettings, platformSettings } from '../platform/settings.ts';

/** What a management command works with. */
export interface CommandContext {
  readonly settings: PlatformSettings;
  /** Writes to standard error: standard output is for the command's result. */
  readonly logger: Logger;
  readonly database: Database;
}

/** Connections of one command. */
const MAXIMUM_CONNECTIONS = 4;

/**
 * Reads the settings, waits until Postgres accepts connections, and runs a command.
 *
 * @throws {InvalidSettingsError}
 * @throws {CommandError} also if Postgres says that waiting will not help: a wrong password, no such database.
 */
export async function withDatabase(
  commandName: string,
  command: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const settings = loadInstallation().settings.of(platformSettings);
  const logger = createLogger(settings, commandName, process.stderr);
  const database = openDatabase(settings.databaseUrl, {
    applicationName: `${PRODUCT_SLUG} ${commandName}`,
    maximumConnections: MAXIMUM_CONNECTIONS,
    logger,
  });
  try {
    await waitForDatabase(database, logger).catch((error: unknown) => {
      throw new CommandError(`Postgres refuses the DATABASE_URL: ${errorMessage(error)}`, { cause: error });
    });
    await command({ settings, logger, database });
  } finally {
    await database.destroy();
  }
}
