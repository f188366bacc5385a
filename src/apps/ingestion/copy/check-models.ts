import { errorMessage } from '../../../platform/error-message.ts';
import type { Platform } from '../../../platform/platform.ts';
import { type IngestionDatabases, openIngestionDatabases } from '../databases/ingestion-databases.ts';
import { MODELS } from '../models/index.ts';
import type { IngestionModel } from '../models/model.ts';
import { ingestionSettings } from '../settings.ts';
import { planCopy } from './copy-plan.ts';
import { readColumns } from './table-columns.ts';

/** Something that a model needs and that a database lacks. */
export interface ModelFault {
  readonly model: string;
  /** For people. */
  readonly reason: string;
}

/** Writes to the log what keeps models from being copied and indexed, as both databases are now. Never throws. */
export async function reportModelFaults(platform: Platform): Promise<void> {
  const databases = openIngestionDatabases(platform);
  try {
    for (const { model, reason } of await findModelFaults(platform, databases)) {
      platform.logger.warn({ model, reason }, 'a model does not fit the databases');
    }
  } catch (error) {
    platform.logger.warn({ err: error }, 'the models could not be compared with the databases');
  } finally {
    await databases.close();
  }
}

/** Compares all models with both databases; nothing is changed. A database that cannot be reached is a fault too. */
export async function findModelFaults(
  platform: Platform,
  databases: IngestionDatabases,
): Promise<readonly ModelFault[]> {
  const settings = platform.settingsOf(ingestionSettings);
  const faults: ModelFault[] = [];
  for (const model of MODELS.values()) {
    try {
      await planCopy({ model, databases, settings });
      const missing = await missingDocumentColumns(model, databases);
      if (missing.length > 0) {
        const reason = `Documents lack what these columns have, as ${model.tables[0].name} has none of them: ${missing.join(', ')}`;
        faults.push({ model: model.name, reason });
      }
    } catch (error) {
      faults.push({ model: model.name, reason: errorMessage(error) });
    }
  }
  return faults;
}

/** Columns that a copy adds are not missing. */
async function missingDocumentColumns(
  { documents, tables: [own] }: IngestionModel,
  { api }: IngestionDatabases,
): Promise<readonly string[]> {
  const columns = await readColumns(api.pool, { schema: api.schema, table: own.name });
  const names = new Set(columns?.map(({ name }) => name));
  return documents.columns.filter((name) => !names.has(name) && own.columns[name]?.addedAs === undefined);
}
