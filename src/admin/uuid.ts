export { isUuid } from '../platform/uuid.ts';
