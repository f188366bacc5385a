/** The names of all models. Every process reads them; their declarations are in files of their own. */
export const MODEL_NAMES = ['image', 'audio'] as const;
