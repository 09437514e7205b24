import path from 'node:path';

/** The model that the product ships. */
export const defaultModelDirectory = path.resolve(import.meta.dirname, '../assets/crnn-compact');
