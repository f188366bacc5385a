import { type Database, openDatabase } from '../../platform/database/connection.ts';
import type { Platform } from '../../platform/platform.ts';
import { PRODUCT_SLUG } from '../../platform/product.ts';
import { Completion } from '../enqueueing/completion.ts';
import { ResultStore } from '../results/result-store.ts';
import type { EngineSettings } from '../settings.ts';
import type { PackageSigner } from '../tasks/task-package.ts';
import { MOST_TRANSACTIONS, Monitor, type MonitorOptions } from './monitor.ts';

/** What a monitor is opened with. */
export interface OpenMonitorOptions
  extends Pick<MonitorOptions, 'database' | 'broker' | 'registry' | 'onLostCaller' | 'onStored' | 'onRoom'> {
  readonly platform: Platform;
  readonly engineSettings: Pick<EngineSettings, 'queueName' | 'saveLimit' | 'cachedSeconds'>;
  /** Signs what follows from an attempt: the next link of a chain, or the call of a hook. */
  readonly signer: PackageSigner;
}

/** Opens the connections of a {@link Monitor}, one for each of its transactions. The caller closes them. */
export function openResultsDatabase({ settings, silenceTimeoutSeconds, logger }: Platform): Database {
  return openDatabase(settings.databaseUrl, {
    applicationName: `${PRODUCT_SLUG} results`,
    maximumConnections: MOST_TRANSACTIONS,
    goesByIndexes: true,
    silenceTimeoutSeconds,
    logger,
  });
}

/** Returns a monitor that stores results as the settings of an engine say. */
export function openMonitor(options: OpenMonitorOptions): Monitor {
  const { platform, engineSettings, signer, ...rest } = options;
  const { logger } = platform;
  const { queueName, saveLimit, cachedSeconds } = engineSettings;
  const results = new ResultStore({
    platform,
    queueName,
    keepsSuccesses: saveLimit >= 0,
    cachedSeconds,
    isReadHere: false,
  });
  const completion = new Completion({ broker: rest.broker, queueName, signer, logger, results });
  return new Monitor({ ...rest, logger, queueName, completion });
}
