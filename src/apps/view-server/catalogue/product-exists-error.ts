import { PermanentTaskError } from '../../../queue/index.ts';

/** The catalogue has a product already, or a coverage of another product, with an identifier; another attempt would find it too. */
export class ProductExistsError extends PermanentTaskError {}
