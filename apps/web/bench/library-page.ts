/**
 * How the library page answers with many songs: the slowest interaction (event timing, as the Core
 * Web Vital INP counts it), and the frames while scrolling.
 *
 *   node test/bench/large-library.ts <data directory> 100000
 *   node apps/web/bench/library-page.ts <data directory>
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
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(observeInteractions);
  await page.goto(`${server.url}/library/`);
  await songIn(page, 1);
  await type(page);
  await sort(page);
  const frames = await scroll(page);
  const interactions = await page.evaluate(() => window.interactions);
  const at = (share: number) => frames[Math.floor(share * (frames.length - 1))]!.toFixed(0);
  console.log(`slowest of ${interactions.length} interactions: ${Math.max(...interactions)} ms`);
  console.log(`frames while scrolling: median ${at(0.5)} ms, 95 % below ${at(0.95)} ms`);
} finally {
  await browser.close();
  await server.close();
}

declare global {
  interface Window {
    /** Milliseconds from each input to the next paint. */
    interactions: number[];
  }
}

function observeInteractions() {
  window.interactions = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      if (entry.interactionId) window.interactions.push(entry.duration);
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
}

/** Waits until the song of this row (from 1) is there, not its skeleton. */
async function songIn(page: Page, row: number) {
  await page.locator(`[aria-rowindex="${row + 1}"] a`).waitFor();
}

async function type(page: Page) {
  const search = page.getByRole('textbox', { name: 'Search songs' });
  await search.pressSequentially('amber night', { delay: 80 });
  await songIn(page, 1);
  await search.fill('');
  await page.getByText('100,000 songs', { exact: true }).waitFor();
}

async function sort(page: Page) {
  for (const name of ['Title', 'Length', 'Album', 'Artist', 'Artist']) {
    await page.getByRole('columnheader', { name }).getByRole('button').click();
    await songIn(page, 1);
  }
}

/** Through 2,000 rows, then to the middle of all. @returns milliseconds of each frame, ascending */
async function scroll(page: Page): Promise<number[]> {
  const table = page.getByRole('table', { name: 'Songs' });
  const frames = await table.evaluate(async (element) => {
    const frame = () => new Promise<number>(requestAnimationFrame);
    const times: number[] = [];
    for (let last = await frame(); times.length < 200;) {
      element.scrollTop += 480;
      const now = await frame();
      times.push(now - last);
      last = now;
    }
    return times.sort((a, b) => a - b);
  });
  await table.evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  await songIn(page, 50_000);
  assert.ok((await page.getByRole('row').count()) < 60, 'Only rows on the screen exist');
  return frames;
}
