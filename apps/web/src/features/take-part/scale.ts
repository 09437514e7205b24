/** `like`: 0 dislike, 1 like. 5 and 7: from 1, not at all, to very much. */
export type Scale = 'like' | 5 | 7;

export const ratingsOf = (scale: Scale): number[] =>
  scale === 'like' ? [0, 1] : Array.from({ length: scale }, (_, index) => index + 1);

/** The rating that a key stands for: D and L, or the digits. */
export function ratingOfKey(scale: Scale, key: string): number | undefined {
  const keys = scale === 'like' ? ['d', 'l'] : ratingsOf(scale).map(String);
  return ratingsOf(scale)[keys.indexOf(key.toLowerCase())];
}
