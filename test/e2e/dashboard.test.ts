/** The dashboard as a person uses it: real browser, real server, real database, real audio. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { root } from '../run.ts';
import {
  accessibilityProblems,
  alive,
  launchBrowser,
  layoutShift,
  openPage,
  serve,
  type Served,
  tabTo,
  until,
  watchLayout,
} from './browser.ts';
import { taggedMp3 } from './tagged-mp3.ts';

const pages = [
  '/',
  '/library',
  '/library?tab=failures',
  '/library?tab=folders',
  '/map',
  '/listeners',
  '/models',
  '/models?tab=comparison',
  '/models?tab=benchmarks',
  '/experiments',
  '/settings',
  '/login',
];

/** What a file may say about itself; none of it may run. */
const hostile = {
  title: '<img src=x onerror="window.hacked=1">',
  artist: '<script>window.hacked=1</script>',
  album: '"><svg onload="window.hacked=1">',
  cover:
    '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=1"><script>window.hacked=1</script></svg>',
};

let folder: string;
let server: Served;
let browser: Browser;
let page: Page;
let complaints: string[];
/** The address of a song's page, from the slash on. */
let songPage: string;

async function analysisState(): Promise<{ state: string; endedAt: string | null }> {
  const answer = await fetch(`${server.url}/trpc/analysis.state`);
  return ((await answer.json()) as { result: { data: never } }).result.data;
}

const bySound = () => page.getByRole('region', { name: 'By sound', exact: true });
const firstSong = () => bySound().locator('ol > li').first();

describe('dashboard', { timeout: 600_000 }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-e2e-'));
    const music = path.join(folder, 'music');
    for (const genre of ['jazz', 'rock', 'classical', 'electronic']) {
      const source = path.join(root, 'demo', 'library', genre);
      for (const file of (await readdir(source)).sort().slice(0, 3)) {
        await cp(path.join(source, file), path.join(music, file));
      }
    }
    await writeFile(path.join(music, 'broken.mp3'), 'this is not music\n'.repeat(1000));
    const tone = path.join(root, 'packages', 'audio', 'test', 'fixtures', 'tone.mp3');
    const tagged = await taggedMp3(tone, {
      texts: { TIT2: hostile.title, TPE1: hostile.artist, TALB: hostile.album },
      cover: { mimeType: 'image/svg+xml', bytes: Buffer.from(hostile.cover) },
    });
    await writeFile(path.join(music, 'hostile.mp3'), tagged);
    browser = await launchBrowser();
    process.env.CONSONANCE_MUSIC_ROOTS = folder;
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
    await page.getByText('13 songs analysed, 1 failed').waitFor();
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
      await chosen.nth(count).getByRole('link').waitFor();
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

  test('songs that are gone are told, and can be taken out; an outage keeps the chosen songs', async () => {
    const context = await browser.newContext();
    const opened = (await openPage(context, server.url)).page;
    const choose = async (change: (ids: string[]) => string[]) => {
      const key = 'consonance-seeds';
      const ids = await page.evaluate((name) => localStorage.getItem(name)!, key);
      const value = JSON.stringify(change(JSON.parse(ids) as string[]));
      await opened.evaluate(([name, text]) => localStorage.setItem(name!, text!), [key, value]);
      await opened.reload();
    };
    const chosen = opened.getByRole('region', { name: 'Songs you love' });
    const list = opened.getByRole('region', { name: 'By sound', exact: true }).locator('ol > li');
    const gone = chosen.getByText('Not in the library, or not analysed yet');
    // More than a URL holds.
    const unknown = Array.from(
      { length: 200 },
      (_, index) => `gone${String(index).padStart(8, '0')}`,
    );
    await choose((ids) => [...ids, ...unknown]);
    await list.nth(4).waitFor();
    await gone.nth(199).waitFor();
    await chosen.getByRole('button', { name: 'Take the song that is gone out' }).first().click();
    await gone.nth(199).waitFor({ state: 'detached' });
    await choose(() => unknown.slice(0, 1));
    await gone.waitFor();
    await opened.getByRole('button', { name: 'Start over' }).waitFor();
    await opened.route('**/trpc/**bySeeds**', (route) => route.abort());
    await choose((ids) => ids);
    await opened.getByRole('button', { name: 'Try again' }).first().waitFor();
    assert.equal(await opened.getByRole('button', { name: 'Start over' }).count(), 0);
    await opened.unroute('**/trpc/**bySeeds**');
    await opened.getByRole('button', { name: 'Try again' }).first().click();
    await list.nth(4).waitFor();
    await context.close();
  });

  test('a song plays by keyboard, and the space bar stops it', async () => {
    await tabTo(firstSong().getByRole('button', { name: /^Play / }));
    await page.keyboard.press('Enter');
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

  test('a like by keyboard is remembered', async () => {
    const like = firstSong().getByRole('button', { name: /^Like / });
    const name = (await like.getAttribute('aria-label'))!;
    await tabTo(like);
    await page.keyboard.press('Space');
    await page.locator(`[aria-label="${name}"][aria-pressed="true"]`).first().waitFor();
    await page.reload();
    await page.locator(`[aria-label="${name}"][aria-pressed="true"]`).first().waitFor();
  });

  test('a list is exported by keyboard, and saved as a playlist', async () => {
    const download = page.waitForEvent('download');
    await tabTo(page.getByRole('button', { name: 'Export: By sound', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: /M3U8/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const file = await (await download).path();
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    assert.equal(lines[0], '#EXTM3U');
    assert.equal(lines.filter((line) => !line.startsWith('#')).length, 5);
    await page.getByRole('button', { name: 'Save as playlist: By sound', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name of the playlist' }).fill('Tonight');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Playlists' }).getByText('Tonight').waitFor();
  });

  test('genres may decide, and hubs be held back', async () => {
    const genresIn = (name: string) =>
      page
        .getByRole('region', { name, exact: true })
        .locator('[title$="%"]')
        .evaluateAll((tags) => [...new Set(tags.map((tag) => tag.textContent))]);
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('radio', { name: 'Genres decide' }).check();
    await page.getByRole('button', { name: 'Options changed' }).waitFor();
    const decided = page.waitForResponse((response) =>
      Boolean(response.request().postData()?.includes('hard')),
    );
    await page.reload();
    await decided;
    await page
      .getByRole('region', { name: 'By sound and genre' })
      .locator('ol > li')
      .first()
      .waitFor();
    const wanted = await genresIn('Songs you love');
    for (const genre of await genresIn('By sound and genre')) assert.ok(wanted.includes(genre));
    const score = firstSong().getByText(/^\d\.\d{3}$/);
    const before = await score.innerText();
    await page.getByRole('button', { name: 'Options changed' }).click();
    await page.getByRole('switch', { name: 'Hold hubs back' }).check({ force: true });
    await firstSong().getByText(before).waitFor({ state: 'detached' });
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByRole('switch', { name: 'Hold hubs back' }).uncheck({ force: true });
    await page.getByRole('radio', { name: 'Genres weigh in' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Options', exact: true }).waitFor();
  });

  test('the map finds a song, and a lasso gives the seeds of a recommendation', async () => {
    await page.goto(`${server.url}/map`);
    const map = page.getByRole('img', { name: 'Map of 13 songs' });
    await map.locator('canvas').waitFor();
    await page.getByRole('textbox', { name: 'Find songs' }).fill('avalon');
    await page.getByRole('option', { name: /Avalon/ }).click();
    await page.getByRole('heading', { name: 'Around “Avalon”' }).waitFor();
    const chosen = page.getByRole('complementary', { name: 'Songs of the map' });
    await chosen.getByRole('listitem').first().getByText('Avalon').waitFor();

    await page.getByText('Lasso', { exact: true }).click();
    const { x, y, width, height } = (await map.boundingBox())!;
    await page.mouse.move(x + 2, y + 2);
    await page.mouse.down();
    await page.mouse.move(x + width - 2, y + 2, { steps: 3 });
    await page.mouse.move(x + width - 2, y + height / 2, { steps: 3 });
    await page.mouse.move(x + 2, y + height / 2, { steps: 3 });
    await page.mouse.up();
    await page.getByRole('heading', { name: 'Within the lasso' }).waitFor();
    const count = (await chosen.getByRole('status').innerText()).trim();
    assert.match(count, /^\d+ songs?$/);
    assert.notEqual(count, '13 songs');
    await page.getByRole('button', { name: /^Recommend from/ }).click();
    await page.getByRole('region', { name: 'Songs you love' }).getByText(count).waitFor();
    await firstSong().waitFor();
  });

  test('the map by touch: two fingers zoom, one moves or draws, a tap plays', async () => {
    const phone = await browser.newContext({
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 844 },
    });
    const opened = await openPage(phone, server.url);
    const pagesOf = opened.page.getByRole('navigation', { name: 'Pages' });
    assert.equal(await pagesOf.isVisible(), false);
    await (await alive(opened.page.getByRole('button', { name: 'Navigation' }))).tap();
    await pagesOf.getByRole('link', { name: 'Map' }).tap();
    await pagesOf.waitFor({ state: 'hidden' });
    const canvas = opened.page.locator('canvas');
    await canvas.waitFor();
    const box = (await canvas.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const fingers = await phone.newCDPSession(opened.page);
    const touch = async (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      ...at: [number, number][]
    ) => {
      const touchPoints = at.map(([left, top], id) => ({ x: left, y: top, id }));
      await fingers.send('Input.dispatchTouchEvent', { type, touchPoints });
      // The browser makes one of all moves before a frame: each shall be seen.
      await opened.page.evaluate(() => new Promise(requestAnimationFrame));
    };
    const coloured = () => canvas.evaluate(colouredPixels);
    const whole = (await coloured()).length;
    await touch('touchStart', [x - 20, y], [x + 20, y]);
    for (const apart of [40, 60, 80, 100]) await touch('touchMove', [x - apart, y], [x + apart, y]);
    await touch('touchEnd');
    await until('most songs leave the map', async () => (await coloured()).length < 0.7 * whole);
    const near = JSON.stringify(await coloured());
    await touch('touchStart', [x, y]);
    for (const moved of [20, 40, 60]) await touch('touchMove', [x + moved, y + moved]);
    await touch('touchEnd');
    await until('the map moves', async () => JSON.stringify(await coloured()) !== near);
    await opened.page.getByRole('button', { name: 'Show the whole map' }).tap();
    await until('all songs are back', async () => (await coloured()).length > 0.9 * whole);
    const [left, top] = (await coloured())[0]!;
    await opened.page.touchscreen.tap(box.x + left, box.y + top);
    await opened.page.getByRole('heading', { name: 'This song' }).waitFor();
    await opened.page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    // A phone has no room for them beside the controls, but has them.
    await opened.page.getByRole('button', { name: 'Volume' }).tap();
    await opened.page.getByRole('slider', { name: 'Volume' }).press('Home');
    await opened.page.waitForFunction(() => localStorage.getItem('consonance-volume') === '0');
    await opened.page.keyboard.press('Escape');
    await opened.page.getByRole('button', { name: 'Queue', exact: true }).tap();
    await opened.page.getByRole('button', { name: /out of the queue$/ }).waitFor();
    await opened.page.keyboard.press('Escape');
    await opened.page.getByText('Lasso', { exact: true }).tap();
    const map = (await canvas.boundingBox())!;
    const corner = (right: number, down: number): [number, number] => [
      map.x + 2 + right * (map.width - 4),
      map.y + 2 + down * (map.height - 4),
    ];
    await touch('touchStart', corner(0, 0));
    for (const to of [corner(1, 0), corner(1, 1), corner(0, 1)]) await touch('touchMove', to);
    await touch('touchEnd');
    await opened.page.getByRole('heading', { name: 'Within the lasso' }).waitFor();
    await opened.page.getByRole('status').filter({ hasText: '13 songs' }).waitFor();
    assert.deepEqual(opened.complaints, []);
    await phone.close();
  });

  test('the library finds and narrows down', async () => {
    await page.goto(`${server.url}/library`);
    const shown = page.getByRole('status').filter({ hasText: /^\d+ songs?$/ });
    await shown.filter({ hasText: /^14 songs$/ }).waitFor();
    await page.getByPlaceholder('Title, artist, album or file').fill('broken');
    await shown.filter({ hasText: /^1 song$/ }).waitFor();
    await page.getByPlaceholder('Title, artist, album or file').fill('');
    await shown.filter({ hasText: /^14 songs$/ }).waitFor();
  });

  test('a song’s page shows its sound, its genres and its neighbours', async () => {
    await page.goto(`${server.url}/library`);
    await page.getByRole('row').filter({ hasText: 'Avalon' }).getByRole('link').click();
    await page.getByRole('heading', { name: 'Avalon', level: 1 }).waitFor();
    songPage = page.url().slice(server.url.length);
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
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('what a file says about itself is text on every page and runs on none', async () => {
    const context = await browser.newContext();
    const opened = await openPage(context, server.url);
    await opened.page.goto(`${server.url}/library`);
    const row = opened.page.getByRole('row').filter({ hasText: hostile.title });
    await row.filter({ hasText: hostile.artist }).getByText(hostile.album).waitFor();
    await row.getByRole('link').click();
    await opened.page.getByRole('heading', { name: hostile.title, level: 1 }).waitFor();
    const id = new URL(opened.page.url()).searchParams.get('id');
    const cover = await opened.page.request.get(`${server.url}/media/cover/${id}`);
    assert.doesNotMatch(cover.headers()['content-type'] ?? '', /svg|html|xml/);
    await opened.page.getByRole('button', { name: 'Play', exact: true }).first().click();
    await opened.page
      .getByRole('button', { name: `Like ${hostile.title}` })
      .first()
      .click();
    await opened.page.getByRole('button', { name: 'Recommend', exact: true }).click();
    await opened.page
      .getByRole('region', { name: 'By sound', exact: true })
      .getByText('Sounds like')
      .first()
      .waitFor();
    await opened.page.goto(`${server.url}/map`);
    await opened.page.getByRole('textbox', { name: 'Find songs' }).fill('onerror');
    await opened.page.getByRole('option').click();
    await opened.page.getByRole('heading', { name: `Around “${hostile.title}”` }).waitFor();
    await opened.page.goto(`${server.url}/listeners`);
    await opened.page.getByRole('link', { name: hostile.title }).first().waitFor();
    assert.equal(await opened.page.evaluate(() => 'hacked' in window), false);
    assert.deepEqual(opened.complaints, []);
    await context.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every page in ${colorScheme}: nothing serious for axe, nothing jumps, no sideways scrolling on a phone`, async () => {
      const desk = { width: 1440, height: 900 };
      const phone = { width: 390, height: 844 };
      // Axe sees the desk in the light and the phone in the dark: all sizes and all colours.
      const sizes = colorScheme === 'light' ? [phone, desk] : [desk, phone];
      const context = await browser.newContext({
        colorScheme,
        reducedMotion: 'reduce',
        viewport: sizes.at(-1)!,
      });
      const opened = await openPage(context, server.url);
      await watchLayout(opened.page);
      for (const target of [...pages, songPage]) {
        await opened.page.goto(`${server.url}${target}`);
        await opened.page.getByRole('heading', { level: 1 }).waitFor();
        await opened.page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
        const { sum, what } = await layoutShift(opened.page);
        assert.ok(sum < 0.1, `${target} jumps by ${sum}: ${what}`);
        for (const size of sizes) {
          await opened.page.setViewportSize(size);
          await opened.page.waitForFunction(
            (width) => document.documentElement.scrollWidth <= width,
            size.width,
          );
          const moving = await opened.page.evaluate(() =>
            document
              .getAnimations()
              .map(({ effect }) => Number(effect?.getComputedTiming().duration))
              .filter((duration) => duration > 1),
          );
          assert.deepEqual(moving, [], target);
        }
        assert.deepEqual(await accessibilityProblems(opened.page), [], target);
      }
      assert.deepEqual(opened.complaints, []);
      await context.close();
    });
  }

  test('another embedder is one press away, and the way back', async () => {
    await page.goto(`${server.url}/models`);
    const embedder = (name: string) => page.getByRole('listitem').filter({ hasText: `${name}-` });
    await page.getByRole('button', { name: 'Use timbre' }).click();
    await embedder('timbre').getByText('In use').waitFor();
    await until('it hears the library', async () => {
      await page.reload();
      return (await embedder('timbre').innerText()).includes('13 songs analysed');
    });
    await page.getByRole('button', { name: 'Use fusion' }).click();
    await embedder('fusion').getByText('In use').waitFor();
  });

  test('a failed file says why, and is a song once it is mended', async () => {
    await page.goto(`${server.url}/library?tab=failures`);
    const failure = page.getByRole('listitem').filter({ hasText: 'broken.mp3' });
    assert.match(await failure.innerText(), /NOT_AUDIO|CORRUPT|NO_AUDIO_STREAM/);
    const mono = path.join(root, 'packages', 'audio', 'test', 'fixtures', 'mono.mp3');
    await cp(mono, path.join(folder, 'music', 'broken.mp3'));
    await failure.getByRole('button', { name: 'Try again: broken.mp3' }).click();
    await page.getByRole('heading', { name: 'Every file could be read' }).waitFor();
    await page.getByText('Every song is analysed.').waitFor();
  });

  test('a song is next in the queue, another is disliked, and the history knows', async () => {
    await page.goto(server.url);
    await firstSong().waitFor();
    const [next, disliked] = await bySound()
      .getByRole('button', { name: /^Dislike / })
      .evaluateAll((buttons) =>
        buttons.slice(0, 2).map((button) => button.getAttribute('aria-label')!.slice(8)),
      );
    await bySound()
      .getByRole('button', { name: `More about ${next}` })
      .click();
    await page.getByRole('menuitem', { name: 'Play next' }).click();
    await page.getByRole('button', { name: 'Queue', exact: true }).click();
    await page.getByRole('button', { name: `${next} out of the queue` }).waitFor();
    await page.keyboard.press('Escape');
    await bySound()
      .getByRole('button', { name: `Dislike ${disliked}` })
      .click();
    await page.goto(`${server.url}/listeners`);
    await (await alive(page.getByRole('tab', { name: 'History' }))).click();
    const event = page.getByRole('listitem').filter({ hasText: 'Disliked' });
    await event.getByRole('link', { name: disliked! }).waitFor();
  });

  test('a song of the list by both methods counts for it, on whatever page it ends', async () => {
    const context = await browser.newContext();
    const opened = await openPage(context, server.url);
    const seeds = await page.evaluate(() => localStorage.getItem('consonance-seeds')!);
    await opened.page.evaluate((text) => localStorage.setItem('consonance-seeds', text), seeds);
    await opened.page.reload();
    // Before the page is alive, a click on the switch does nothing.
    await opened.page.getByRole('region', { name: 'By sound', exact: true }).waitFor();
    const mixing = opened.page.getByRole('switch', { name: 'Help compare the methods' });
    await mixing.click({ force: true });
    const list = opened.page.getByRole('region', { name: 'By both methods' });
    await list
      .getByRole('button', { name: /^Play / })
      .nth(1)
      .click();
    await opened.page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await opened.page.getByRole('link', { name: 'Library', exact: true }).click();
    await list.waitFor({ state: 'detached' });
    const credited = opened.page.waitForResponse((response) =>
      response.url().includes('interleaving.credit'),
    );
    await opened.page.getByRole('slider', { name: 'Position in the song' }).press('End');
    assert.ok((await credited).ok());
    await opened.page.getByRole('link', { name: 'Recommend', exact: true }).click();
    await list.waitFor();
    await mixing.click({ force: true });
    await list.waitFor({ state: 'detached' });
    assert.deepEqual(opened.complaints, []);
    await context.close();
  });

  test('likes are imported from a playlist, and a backup holds what was said', async () => {
    const [file] = await readdir(path.join(folder, 'music'));
    const lines = ['#EXTM3U', path.join(folder, 'music', file!), '/nowhere/else.mp3'];
    await page.getByRole('tab', { name: 'Import' }).click();
    await page.locator('input[type="file"]').setInputFiles({
      name: 'loved.m3u8',
      mimeType: 'audio/x-mpegurl',
      buffer: Buffer.from(lines.join('\n')),
    });
    await page.getByText('2 entries, 1 of songs in the library').waitFor();
    await page.getByText('line 3: /nowhere/else.mp3').waitFor();
    // A browser tells of no change when the same file is chosen again.
    assert.equal(await page.locator('input[type="file"]').inputValue(), '');
    await page.goto(`${server.url}/settings`);
    await page.getByRole('tab', { name: 'Backup' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const backup = await readFile(await (await download).path(), 'utf8');
    assert.match(backup, /"dislike"/);
    assert.match(backup, /"Tonight"/);
  });

  test('a folder is found in the tree, added, analysed, and removed', async () => {
    const more = path.join(folder, 'more');
    const folk = path.join(root, 'demo', 'library', 'folk');
    const [file] = await readdir(folk);
    await cp(path.join(folk, file!), path.join(more, file!));
    await page.goto(`${server.url}/library?tab=folders`);
    await page.getByRole('button', { name: 'Add a folder' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a folder' });
    await dialog.getByRole('button', { name: path.basename(folder) }).click();
    await dialog.getByRole('button', { name: 'more', exact: true }).click();
    await dialog.getByText('1 audio file in it').waitFor();
    await dialog.getByRole('button', { name: 'Add this folder' }).click();
    const added = page.getByRole('listitem').filter({ hasText: more });
    await added.getByText('1 song, 1 analysed').waitFor();
    await page.getByRole('button', { name: `Remove ${more}` }).click();
    await page
      .getByRole('dialog', { name: 'Remove the folder?' })
      .getByRole('button', { name: 'Remove', exact: true })
      .click();
    await added.waitFor({ state: 'detached' });
  });

  test('nothing complained, and nothing left this machine', () => {
    assert.deepEqual(complaints, []);
  });

  test('a page that is open while the server starts again follows the analysis as before', async () => {
    await page.goto(`${server.url}/library`);
    const shown = page.getByRole('status');
    await shown.filter({ hasText: /^14 songs$/ }).waitFor();
    await page.getByText('Every song is analysed.').waitFor();
    await server.stop();
    // An empty panel would be busy.
    await page.getByText('Every song is analysed.').waitFor();
    const connected = page.waitForResponse(
      (response) => response.url().includes('analysis.progress') && response.ok(),
    );
    server = await serve(
      ['serve', '--data-dir', path.join(folder, 'data')],
      new URL(server.url).port,
    );
    await connected;
    // It looks for music by itself when it starts; what it is asked for afterwards is what the page is to follow.
    await until('the first look is over', async () => {
      const { state, endedAt } = await analysisState();
      return state === 'idle' && endedAt !== null;
    });
    const folk = path.join(root, 'demo', 'library', 'folk');
    const [file] = await readdir(folk);
    await cp(path.join(folk, file!), path.join(folder, 'music', file!));
    await page.getByRole('button', { name: 'Look for music' }).click();
    await shown.filter({ hasText: /^15 songs$/ }).waitFor();
  });
});

/** Where a map shows songs, pixels: they are colourful, all else is grey. */
function colouredPixels(canvas: HTMLCanvasElement): [x: number, y: number][] {
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
  return Array.from({ length: width * height }, (_, i) => i).flatMap((i) => {
    const [red, green, blue, alpha] = data.subarray(4 * i, 4 * i + 4);
    const grey = Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!) < 60;
    return grey || alpha! < 100 ? [] : [[i % width, Math.floor(i / width)]];
  });
}
