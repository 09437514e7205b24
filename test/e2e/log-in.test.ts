/** Users: the first one closes the door, a second one comes in by it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accessibilityProblems, launchBrowser, openPage, serve, type Served } from './browser.ts';

let folder: string;
let server: Served;
let browser: Browser;
let page: Page;

async function logIn(at: Page, name: string, password: string): Promise<void> {
  await at.getByRole('textbox', { name: 'Name' }).fill(name);
  await at.getByRole('textbox', { name: 'Password' }).fill(password);
  await at.getByRole('button', { name: 'Log in' }).click();
}

async function addUser(name: string, password: string): Promise<void> {
  await page.getByRole('tab', { name: 'Users' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Add the user' }).click();
}

describe('log-in', { timeout: 600_000 }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consonance-e2e-'));
    browser = await launchBrowser();
    server = await serve(['serve', '--data-dir', folder]);
    ({ page } = await openPage(await browser.newContext(), `${server.url}/settings`));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the first user closes the door behind the open house', async () => {
    await addUser('ada', 'a long password');
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.goto(`${server.url}/library`);
    await page.waitForURL(/\/login\/?\?from=/);
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  test('a wrong password is told, the right one leads to the page that was wanted', async () => {
    await logIn(page, 'ada', 'another password');
    await page
      .getByRole('alert')
      .filter({ hasText: /password/i })
      .waitFor();
    await logIn(page, 'ada', 'a long password');
    await page.waitForURL(/\/library\/?$/);
    await page.getByRole('heading', { name: 'Library', level: 1 }).waitFor();
  });

  test('a second user comes in, and has no say over users', async () => {
    await page.goto(`${server.url}/settings`);
    await addUser('ben', 'also quite long');
    await page.getByRole('listitem').filter({ hasText: 'ben' }).waitFor();
    const other = await openPage(await browser.newContext(), `${server.url}/settings`);
    await logIn(other.page, 'ben', 'also quite long');
    await other.page.getByRole('tab', { name: 'Account' }).click();
    await other.page.getByText('Logged in as ben').waitFor();
    assert.equal(await other.page.getByRole('tab', { name: 'Users' }).count(), 0);
    await other.page.getByRole('button', { name: 'Log out' }).click();
    await other.page.getByRole('button', { name: 'Log in' }).waitFor();
  });
});
