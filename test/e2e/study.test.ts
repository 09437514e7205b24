/** A listening study from its plan to its report: the experimenter and three participants, in real browsers. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { analyse, parseRatingsCsv, reportFindings, type StudyReport } from '@consonance/study';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { root } from '../run.ts';
import { accessibilityProblems, launchBrowser, openPage, serve, type Served } from './browser.ts';

let folder: string;
let server: Served;
let browser: Browser;
let page: Page;
let complaints: string[];
let links: string[];

/** Of studies.report. */
interface Answer {
  result: { data: { report: StudyReport } };
}

const button = (at: Page, name: string | RegExp) => at.getByRole('button', { name });
const heading = (at: Page, name: string | RegExp) => at.getByRole('heading', { name, level: 1 });

async function openLink(context: BrowserContext, link: string) {
  const opened = await openPage(context, server.url);
  await opened.page.goto(link);
  return opened;
}

async function analysedSongs(): Promise<number> {
  const answer = await fetch(`${server.url}/trpc/library.status`);
  return ((await answer.json()) as { result: { data: { analysed: number } } }).result.data.analysed;
}

/** Consent, sound and songs, by clicks. */
async function begin(at: Page): Promise<void> {
  await button(at, 'I agree and take part').click();
  await heading(at, 'Check your volume').waitFor();
  await button(at, 'Play the test sound').click();
  await button(at, 'I hear it well').click();
  const songs = at.getByRole('list', { name: 'Songs found' }).getByRole('checkbox');
  for (let song = 0; song < 5; song++) await songs.nth(song).check();
  await button(at, 'Go on with these songs').click();
  await heading(at, /^Clip 1 of \d+$/).waitFor();
}

/** The number of the clip that waits for its rating; 0 when the study is done. */
async function clipOf(at: Page): Promise<number> {
  const title = await heading(at, /^(Clip \d+ of \d+|Thank you)$/).innerText();
  return Number(/^Clip (\d+)/.exec(title)?.[1] ?? 0);
}

/** What the attention check asks for, or one answer after the other. */
async function answerOf(at: Page, clip: number): Promise<'Like' | 'Dislike'> {
  const asked = await at.getByText('This clip only checks attention').allInnerTexts();
  const answer =
    /answer “(\w+)”/.exec(asked[0] ?? '')?.[1] ?? (clip % 2 === 0 ? 'dislike' : 'like');
  return answer === 'like' ? 'Like' : 'Dislike';
}

/** Rates clips until `last` is done, or all. */
async function rate(at: Page, last = Infinity): Promise<void> {
  for (let clip = await clipOf(at); clip > 0 && clip <= last; clip = await clipOf(at)) {
    await button(at, 'Play the clip').click();
    await at.getByText('You can rate now').waitFor();
    await at.getByRole('radio', { name: await answerOf(at, clip), exact: true }).check();
    await button(at, 'Next').click();
    await heading(at, `Clip ${clip} of`).waitFor({ state: 'detached' });
  }
}

describe('a listening study', { timeout: 600_000 }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-e2e-'));
    for (const genre of ['jazz', 'rock', 'classical', 'electronic']) {
      const source = path.join(root, 'demo', 'library', genre);
      for (const file of (await readdir(source)).sort().slice(0, 3)) {
        await cp(path.join(source, file), path.join(folder, 'music', file));
      }
    }
    browser = await launchBrowser();
    const music = path.join(folder, 'music');
    server = await serve(['start', music, '--data-dir', path.join(folder, 'data')]);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, complaints } = await openPage(context, server.url));
    while ((await analysedSongs()) < 12) await setTimeout(200);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a plan is made, its power told, and it is frozen under a hash', async () => {
    await page.getByRole('link', { name: 'Experiments' }).click();
    assert.deepEqual(await accessibilityProblems(page), []);
    await button(page, 'New study').first().click();
    await page.getByText('It takes 34 participants.').waitFor();
    await page.getByLabel('Smallest effect worth finding').fill('0.8');
    await page.getByText('It takes 15 participants.').waitFor();
    await button(page, 'Use 15').click();
    for (let arm = 0; arm < 3; arm++) {
      await page.getByLabel('Clips', { exact: true }).nth(arm).fill('2');
    }
    await page.getByLabel('To be heard before rating').fill('1');
    assert.deepEqual(await accessibilityProblems(page), []);
    await button(page, 'Open the study').click();
    await button(page, 'Freeze and open').click();
    await page.getByText(/^[0-9a-f]{64}$/).waitFor();
  });

  test('invitations are made and can be downloaded', async () => {
    await page.getByLabel('Number of links').fill('4');
    await button(page, 'Make links').click();
    const download = page.waitForEvent('download');
    await button(page, 'Download as CSV').click();
    const csv = await readFile(await (await download).path(), 'utf8');
    links = csv.trim().split('\r\n').slice(1);
    assert.equal(new Set(links).size, 4);
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('one closes the tab and goes on, one has a phone, one only a keyboard', async () => {
    await Promise.all([closesTheTab(links[0]!), onAPhone(links[1]!), byKeyboard(links[2]!)]);
  });

  test('a used invitation lets nobody else in', async () => {
    const other = await openLink(await browser.newContext(), links[0]!);
    await heading(other.page, 'Only by invitation').waitFor();
  });

  test('who takes part may delete everything', async () => {
    const context = await browser.newContext();
    const { page: own } = await openLink(context, links[3]!);
    await begin(own);
    await rate(own, 1);
    await button(own, /delete my answers/).click();
    await own.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await heading(own, 'Only by invitation').waitFor();
    const progress = page.getByRole('status').filter({ hasText: 'finished of planned' });
    await progress.filter({ hasText: '3 / 15' }).waitFor();
    await progress.filter({ hasText: /deleted their answers\s*1/ }).waitFor();
    await context.close();
  });

  test('the report agrees with what the downloaded ratings give', async () => {
    await button(page, 'Close the study').click();
    await button(page, 'Close and analyse').click();
    await page.getByRole('heading', { name: 'Findings' }).waitFor();
    const download = page.waitForEvent('download');
    await button(page, 'Ratings as CSV').click();
    const records = parseRatingsCsv(await readFile(await (await download).path(), 'utf8'));
    assert.equal(records.length, 3);

    const id = new URL(page.url()).searchParams.get('study')!;
    const input = encodeURIComponent(JSON.stringify({ id }));
    const answer = await fetch(`${server.url}/trpc/studies.report?input=${input}`);
    const { report } = ((await answer.json()) as Answer).result.data;
    const again = analyse(report.plan, records);
    assert.deepEqual(again, report);
    assert.equal(again.participants.analysed, 3);
    const findings = page.getByRole('region', { name: 'Findings' }).getByRole('listitem');
    assert.deepEqual(await findings.allInnerTexts(), reportFindings(again));
    assert.deepEqual(await accessibilityProblems(page), []);
    assert.deepEqual(complaints, []);
  });
});

async function closesTheTab(link: string): Promise<void> {
  const context = await browser.newContext();
  const first = await openLink(context, link);
  await heading(first.page, 'Before you start').waitFor();
  assert.deepEqual(await accessibilityProblems(first.page), []);
  await begin(first.page);
  await rate(first.page, 2);
  await first.page.close();
  const second = await openLink(context, link);
  assert.equal(await clipOf(second.page), 3);
  assert.deepEqual(await accessibilityProblems(second.page), []);
  await rate(second.page);
  assert.deepEqual(await accessibilityProblems(second.page), []);
  assert.deepEqual([...first.complaints, ...second.complaints], []);
  await context.close();
}

async function onAPhone(link: string): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page: phone, complaints: heard } = await openLink(context, link);
  await begin(phone);
  const overflow = () => document.documentElement.scrollWidth - window.innerWidth;
  assert.ok((await phone.evaluate(overflow)) <= 0);
  await rate(phone);
  assert.ok((await phone.evaluate(overflow)) <= 0);
  assert.deepEqual(heard, []);
  await context.close();
}

async function byKeyboard(link: string): Promise<void> {
  const context = await browser.newContext();
  const { page: own, complaints: heard } = await openLink(context, link);
  const press = async (...keys: string[]) => {
    for (const key of keys) await own.keyboard.press(key);
  };
  await heading(own, 'Before you start').waitFor();
  await press('Tab', 'Enter');
  await heading(own, 'Check your volume').waitFor();
  await press('Tab', 'Space');
  await own.locator('button:enabled', { hasText: 'I hear it well' }).waitFor();
  await press('Tab', 'Enter');
  await own.getByRole('list', { name: 'Songs found' }).waitFor();
  // Into the search, then over the play button to the box of each song.
  await press('Tab');
  for (let song = 0; song < 5; song++) await press('Tab', 'Tab', 'Space');
  await own.getByText('Enough songs chosen.').waitFor();
  while (!(await button(own, 'Go on with these songs').evaluate((one) => one.matches(':focus')))) {
    await press('Tab');
  }
  await press('Enter');
  await heading(own, /^Clip 1 of/).waitFor();
  for (let clip = await clipOf(own); clip > 0; clip = await clipOf(own)) {
    await press('Space');
    await own.getByText('You can rate now').waitFor();
    await press((await answerOf(own, clip)) === 'Like' ? 'l' : 'd', 'Enter');
    await heading(own, `Clip ${clip} of`).waitFor({ state: 'detached' });
  }
  await heading(own, 'Thank you').waitFor();
  assert.deepEqual(heard, []);
  await context.close();
}
