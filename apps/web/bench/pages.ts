/**
 * How the pages answer with many songs: the slowest interaction of each (event timing, as the Core Web Vital INP
 * counts it), and the frames while scrolling the library and moving the map. The first run lays out the map.
 *
 *   node test/bench/large-library.ts <data directory> 100000
 *   node apps/web/bench/pages.ts <data directory>
 */
import assert from 'node:assert/strict';
import { readConfig, startServer } from '@consonance/api';
import { type Page, chromium } from 'playwright-core';

const [dataDirectory] = process.argv.slice(2);
if (dataDirectory === undefined) throw new Error('Expected a data directory.');

const config = { ...readConfig({ port: 0 }), logLevel: 'warn' };
const server = await startServer(dataDirectory, config);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  await measure('home', '/', home);
  await measure('library', '/library/', library);
  await measure('map', '/map/', map);
} finally {
  await browser.close();
  await server.close();
}

declare global {
  interface Window {
    /** Each input that was answered by a paint, and the milliseconds to it. */
    interactions: { name: string; milliseconds: number }[];
    /** Milliseconds of each frame since `watchFrames`. */
    frameTimes: number[];
  }
}

async function measure(name: string, path: string, use: (page: Page) => Promise<void>) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(observeInteractions);
  await page.goto(`${server.url}${path}`);
  await use(page);
  const interactions = await page.evaluate(() => window.interactions);
  const [slowest] = interactions.toSorted((a, b) => b.milliseconds - a.milliseconds);
  assert.ok(slowest, 'Nothing was slow enough to be seen');
  console.log(
    `${name}: slowest of ${interactions.length} interactions ${slowest.milliseconds} ms (${slowest.name})`,
  );
  await page.close();
}

function observeInteractions() {
  window.interactions = [];
  new PerformanceObserver((list) => {
    for (const { interactionId, name, duration } of list.getEntries() as PerformanceEventTiming[]) {
      if (interactionId) window.interactions.push({ name, milliseconds: duration });
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
}

/** Prints how long the frames are while something moves. */
async function frames(page: Page, what: string, move: () => Promise<void>) {
  await page.evaluate(() => {
    window.frameTimes = [];
    let last = performance.now();
    requestAnimationFrame(function next(now) {
      window.frameTimes.push(now - last);
      last = now;
      requestAnimationFrame(next);
    });
  });
  await move();
  const sorted = await page.evaluate(() => window.frameTimes.toSorted((a, b) => a - b));
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(0);
  console.log(`  ${what}: frames of ${at(0.5)} ms in the median, 95 % below ${at(0.95)} ms`);
}

async function home(page: Page) {
  const search = page.getByRole('textbox', { name: 'Find songs' });
  for (const words of ['amber falling', 'velvet', 'zephyr', 'blue silver', 'album 77']) {
    await search.pressSequentially(words, { delay: 80 });
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
  }
  const lists = page.getByRole('region', { name: /^By sound/ }).locator('ol > li');
  await lists.nth(9).waitFor();
  await lists
    .first()
    .getByRole('button', { name: /^Like / })
    .click();
}

/** Waits until the song of this row (from 1) is there, not its skeleton. */
async function songIn(page: Page, row: number) {
  await page.locator(`[aria-rowindex="${row + 1}"] a`).waitFor();
}

async function library(page: Page) {
  await songIn(page, 1);
  const search = page.getByRole('textbox', { name: 'Search songs' });
  await search.pressSequentially('amber falling', { delay: 80 });
  await songIn(page, 1);
  await search.fill('');
  await page.getByText('100,000 songs', { exact: true }).waitFor();
  for (const name of ['Title', 'Length', 'Album', 'Artist', 'Artist']) {
    await page.getByRole('columnheader', { name }).getByRole('button').click();
    await songIn(page, 1);
  }
  const table = page.getByRole('table', { name: 'Songs' });
  await frames(page, 'scrolling through 2,000 rows', () =>
    table.evaluate(async (element) => {
      for (let i = 0; i < 200; i++) {
        element.scrollTop += 480;
        await new Promise(requestAnimationFrame);
      }
    }),
  );
  await table.evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  await songIn(page, 50_000);
  assert.ok((await page.getByRole('row').count()) < 60, 'Only rows on the screen exist');
}

async function map(page: Page) {
  const canvas = page.getByRole('img', { name: /^Map of/ });
  await canvas.waitFor({ timeout: 900_000 });
  await page.locator('canvas').first().waitFor();
  const { x, y, width, height } = (await canvas.boundingBox())!;
  const middle = [x + width / 2, y + height / 2] as const;
  await page.mouse.move(...middle);
  await frames(page, 'zooming in and out', async () => {
    for (let i = 0; i < 20; i++) await page.mouse.wheel(0, i < 10 ? -120 : 120);
  });
  await page.mouse.down();
  await frames(page, 'dragging', () => page.mouse.move(x + 40, y + 40, { steps: 60 }));
  await page.mouse.up();
  await frames(page, 'hovering', () => page.mouse.move(...middle, { steps: 60 }));
  await page.mouse.click(...middle);
  await page.getByText('Lasso', { exact: true }).click();
  await page.mouse.move(...middle);
  await page.mouse.down();
  await frames(page, 'drawing', async () => {
    await page.mouse.move(x + width - 80, y + 40, { steps: 30 });
    await page.mouse.move(x + 40, y + 40, { steps: 30 });
  });
  await page.mouse.up();
  await page.getByRole('heading', { name: 'Within the lasso' }).waitFor();
}
