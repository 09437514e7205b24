/** Numbers without a value, or without bound, are null in JSON. */
export type Json<T> = T extends number
  ? number | null
  : T extends object
    ? { [Key in keyof T]: Json<T[Key]> }
    : T;

export const toJson = <T>(value: T): Json<T> => JSON.parse(JSON.stringify(value)) as Json<T>;
