/** A hue that follows from a text, degrees. */
export const hueOf = (text: string): number =>
  [...text].reduce((hue, letter) => (hue * 31 + letter.charCodeAt(0)) % 360, 0);
