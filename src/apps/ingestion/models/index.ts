import { audio } from './audio.ts';
import { image } from './image.ts';
import type { IngestionModel } from './model.ts';
import type { MODEL_NAMES } from './model-names.ts';
import { checkModel, InvalidModelError } from './model-schema.ts';

/** A further model is a file beside this one, an entry here, and its name in `model-names.ts`. */
const DECLARED: Readonly<Record<(typeof MODEL_NAMES)[number], IngestionModel>> = { image, audio };

/** All models, by name. */
export const MODELS: ReadonlyMap<string, IngestionModel> = new Map(
  Object.values(DECLARED).map((model) => [model.name, checkModel(model)]),
);

/** Returns a model by its name. @throws {InvalidModelError} if there is none, as it was removed since. */
export function modelNamed(name: string): IngestionModel {
  const model = MODELS.get(name);
  if (!model) throw new InvalidModelError(`There is no model ${name}`);
  return model;
}
