/** Markup that is safe to put into a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Part[];

/** A template whose inserted strings are escaped; pieces of `Html` go in as they are. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.map((text, i) => (i === 0 ? '' : markup(parts[i - 1]!)) + text).join(''));

function markup(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(markup).join('\n');
  return String(part).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
