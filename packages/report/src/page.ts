import { Html, html } from './html.ts';
import { style } from './style.ts';

/** One page that needs nothing else: no script, no request; light or dark as the reader's system is. */
export const page = (title: string, ...content: Html[]): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.text;

export const section = (heading: string, ...content: Html[]): Html =>
  html`<section>
    <h2>${heading}</h2>
    ${content}
  </section>`;

export const paragraph = (text: string): Html => html`<p>${text}</p>`;

export const list = (items: readonly string[]): Html =>
  html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;

/** Charts beside each other where the page is wide enough. */
export const charts = (...figures: Html[]): Html => html`<div class="charts">${figures}</div>`;

/** The first cell of a row names it. */
export const table = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  caption = '',
): Html =>
  html`<div class="table">
    <table>
      ${
        caption === ''
          ? ''
          : html`<caption>
              ${caption}
            </caption>`
      }
      <thead>
        <tr>
          ${header.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name!}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** A chart under its title, and its numbers for those who cannot see it. */
export const figure = (title: string, chart: Html, numbers: Html): Html =>
  html`<figure>
    <figcaption>${title}</figcaption>
    <div role="img" aria-label="${title}; the numbers follow">${chart}</div>
    <details>
      <summary>Numbers</summary>
      ${numbers}
    </details>
  </figure>`;
