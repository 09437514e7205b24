/** The dashboard as a person uses it: real browser, real server, real database, real audio. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { root } from '../run.ts';
import { accessibilityProblems, launchBrowser, openPage, serve, type Served } from './browser.ts';

const pages = ['/', '/library', '/map', '/listeners', '/models', '/settings'].filter((page) =>
  existsSync(path.join(root, 'apps', 'web', 'src', 'app', page, 'page.tsx')),
);

let folder: string;
let server: Served;
let browser: Browser;
let page: Page;
let complaints: string[];

describe('dashboard', { timeout: 400_000 }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-e2e-'));
    for (const genre of ['jazz', 'rock', 'classical', 'electronic']) {
      const source = path.join(root, 'demo', 'library', genre);
      for (const file of (await readdir(source)).sort().slice(0, 3)) {
        await cp(path.join(source, file), path.join(folder, 'music', file));
      }
    }
    await writeFile(path.join(folder, 'music', 'broken.mp3'), 'this is not music\n'.repeat(1000));
    browser = await launchBrowser();
    const music = path.join(folder, 'music');
    server = await serve(['start', music, '--data-dir', path.join(folder, 'data')]);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, complaints } = await openPage(context, server.url));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a first start says what to do, and the analysis is seen to end', async () => {
    await page.getByRole('heading', { name: 'Recommend', level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'Choose songs you love' }).waitFor();
    await page.goto(`${server.url}/library`);
    await page.getByText('12 songs analysed, 1 failed').waitFor();
  });

  test('five songs by keyboard give five of each method, with scores and reasons', async () => {
    await page.getByRole('link', { name: 'Recommend', exact: true }).click();
    const search = page.getByRole('textbox', { name: 'Find songs' });
    const chosen = page.getByRole('region', { name: 'Songs you love' }).getByRole('listitem');
    await search.focus();
    for (const words of ['a', 'e', 'i', 'o', 'n']) {
      const count = await chosen.count();
      await page.keyboard.type(words);
      // At once, as whoever types fast does.
      await page.keyboard.press('Enter');
      await chosen.nth(count).waitFor();
    }
    for (const name of ['By sound', 'By sound and genre']) {
      const list = page.getByRole('region', { name, exact: true }).locator('ol > li');
      await list.nth(4).waitFor();
      assert.equal(await list.count(), 5);
      assert.match(await list.first().innerText(), /ounds like .* \(similarity -?\d\.\d\d\)/);
    }
    await page.keyboard.press('Backspace');
    await chosen.nth(4).waitFor({ state: 'detached' });
    assert.equal(await chosen.count(), 4);
  });

  test('a song plays, and the space bar stops it', async () => {
    const first = page
      .getByRole('region', { name: 'By sound', exact: true })
      .locator('ol > li')
      .first();
    await first.getByRole('button', { name: /^Play / }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    // The clock follows the audio element: it only moves when sound comes out.
    const position = page.getByRole('slider', { name: 'Position in the song' });
    await page.waitForFunction(
      (thumb) => Number(thumb?.getAttribute('aria-valuenow')) > 0.5,
      await position.elementHandle(),
    );
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  });

  test('a like is remembered', async () => {
    const first = page
      .getByRole('region', { name: 'By sound', exact: true })
      .locator('ol > li')
      .first();
    const like = first.getByRole('button', { name: /^Like / });
    const name = (await like.getAttribute('aria-label'))!;
    await like.click();
    await page.locator(`[aria-label="${name}"][aria-pressed="true"]`).first().waitFor();
    await page.reload();
    await page.locator(`[aria-label="${name}"][aria-pressed="true"]`).first().waitFor();
  });

  test('a list is exported, and saved as a playlist', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export: By sound', exact: true }).click();
    await page.getByRole('menuitem', { name: /M3U8/ }).click();
    const file = await (await download).path();
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    assert.equal(lines[0], '#EXTM3U');
    assert.equal(lines.filter((line) => !line.startsWith('#')).length, 5);
    await page.getByRole('button', { name: 'Save as playlist: By sound', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name of the playlist' }).fill('Tonight');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Playlists' }).getByText('Tonight').waitFor();
  });

  test('the library finds, narrows down, and says why a file failed', async () => {
    await page.goto(`${server.url}/library`);
    const shown = page.getByRole('status').filter({ hasText: /^\d+ songs?$/ });
    await shown.filter({ hasText: /^13 songs$/ }).waitFor();
    await page.getByPlaceholder('Title, artist, album or file').fill('broken');
    await shown.filter({ hasText: /^1 song$/ }).waitFor();
    await page.getByPlaceholder('Title, artist, album or file').fill('');
    await shown.filter({ hasText: /^13 songs$/ }).waitFor();
    await page.getByRole('tab', { name: /Failures/ }).click();
    const failure = page.getByRole('listitem').filter({ hasText: 'broken.mp3' });
    await failure.waitFor();
    assert.match(await failure.innerText(), /NOT_AUDIO|CORRUPT|NO_AUDIO_STREAM/);
  });

  test('a song’s page shows its sound, its genres and its neighbours', async () => {
    await page.goto(`${server.url}/library`);
    await page.getByRole('row').nth(1).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Sound', exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Genres', exact: true }).waitFor();
    const neighbours = page.getByRole('region', { name: 'Neighbours' });
    await neighbours
      .getByText(/similarity/)
      .first()
      .waitFor();
    await page.waitForFunction(() =>
      [...document.images].some(
        ({ src, naturalWidth }) => src.includes('/media/spectrogram/') && naturalWidth > 0,
      ),
    );
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every page in ${colorScheme}: nothing serious for axe, no sideways scrolling on a phone`, async () => {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: 1440, height: 900 },
      });
      const opened = await openPage(context, server.url);
      for (const target of pages) {
        await opened.page.setViewportSize({ width: 1440, height: 900 });
        await opened.page.goto(`${server.url}${target}`);
        await opened.page.getByRole('heading', { level: 1 }).waitFor();
        await opened.page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
        assert.deepEqual(await accessibilityProblems(opened.page), [], target);
        await opened.page.setViewportSize({ width: 390, height: 844 });
        const width = await opened.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 390, `${target} is ${width} px wide`);
      }
      assert.deepEqual(opened.complaints, []);
      await context.close();
    });
  }

  test('nothing complained, and nothing left this machine', () => {
    assert.deepEqual(complaints, []);
  });
});
