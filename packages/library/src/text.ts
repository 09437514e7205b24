/** Letters that Unicode decomposition leaves whole, though people type them plain. */
const plainLetters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

/**
 * What searches compare: lower case, without diacritics, words of letters and digits separated by
 * single spaces (`Étincelles op. 36` -> `etincelles op 36`). A text of signs only (`!!!`) stays.
 */
export function normalise(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøđðłþı]/g, (letter) => plainLetters[letter] ?? letter);
  const words = plain
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return words || plain.trim();
}

/** What PostgreSQL takes as text: no NUL, no half surrogate pairs; absurd lengths are cut. */
export function storable(text: string, maximumLength = 1000): string {
  return text.replaceAll('\0', '').slice(0, maximumLength).toWellFormed();
}
