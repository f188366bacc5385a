import { audio } from './audio.ts';
import { image } from './image.ts';
import type { IngestionModel } from './model.ts';
import { checkModel, InvalidModelError } from './model-schema.ts';

/** All models, by name. A further one is a file beside this one, and an entry here. */
export const MODELS: ReadonlyMap<string, IngestionModel> = new Map(
  [image, audio].map((model) => [model.name, checkModel(model)]),
);

/** Returns a model by its name. @throws {InvalidModelError} where there is none, as it was removed since. */
export function modelNamed(name: string): IngestionModel {
  const model = MODELS.get(name);
  if (!model) throw new InvalidModelError(`There is no model ${name}`);
  return model;
}
