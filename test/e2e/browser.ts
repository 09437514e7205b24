/** A real browser on a real server. */
import assert from 'node:assert/strict';
import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { finished, startCommand } from '../run.ts';

const require = createRequire(import.meta.url);

/** `npm test` installs it and says where it is. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  try {
    accessSync(executablePath);
  } catch {
    assert.fail(`Expected Chromium at ${executablePath}: set CHROMIUM, or run npm test.`);
  }
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
  });
}

/** A first analysis starts decoders and TensorFlow, which stand back for whatever else the machine does. */
const mostMilliseconds = 120_000;

export interface Served {
  url: string;
  /** Ends in good order. */
  stop(): Promise<void>;
}

/** Starts `consonance start` or `serve`, on a free port unless told otherwise, and waits for its address. */
export async function serve(args: readonly string[], port = '0'): Promise<Served> {
  const child = startCommand([...args, '--port', port]);
  const end = finished(child);
  const announced = new Promise<string>((resolve) => {
    let text = '';
    const read = (more: string) => {
      text += more;
      const url = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(text)?.[0];
      if (url) resolve(url);
    };
    child.stderr!.on('data', read);
    child.stdout!.on('data', read);
  });
  const url = await Promise.race([announced, end.then(({ stderr }) => assert.fail(stderr))]);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const { code, stderr } = await end;
      assert.equal(code, 0, stderr);
    },
  };
}

/** A page that writes down whatever a person would never see: errors, and calls to other hosts. */
export async function openPage(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  page.setDefaultTimeout(mostMilliseconds);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !/^(?:data|blob):/.test(target))
      complaints.push(`foreign: ${target}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** Waits for what the page does not tell by an element. */
export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + mostMilliseconds; !(await check());) {
    assert.ok(Date.now() < end, what);
    await wait(250);
  }
}

/** What a page shows before its script has come does nothing when it is clicked: React leaves its mark on what does. */
export async function alive(target: Locator): Promise<Locator> {
  await until('the page is alive', () =>
    target.evaluate((element) => Object.keys(element).some((key) => key.startsWith('__react'))),
  );
  return target;
}

/** Goes on by the Tab key until the focus lies there. */
export async function tabTo(target: Locator): Promise<void> {
  const page = target.page();
  for (let presses = 0; presses < 200; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`The Tab key does not lead to ${target.toString()}`);
}

declare global {
  interface Window {
    /** Whatever moved though nobody asked for it. */
    shifts: { value: number; what: string[] }[];
  }
}

/**
 * Notes what jumps while pages load, as the Core Web Vital CLS counts it. Answers of the server come when what stands
 * in for them has been painted, as on a slow line.
 */
export async function watchLayout(page: Page): Promise<void> {
  await page.addInitScript(() => {
    interface LayoutShift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Node | null }[];
    }
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
        const what = sources.map(({ node }) => (node?.textContent ?? '').slice(0, 60));
        if (!hadRecentInput) window.shifts.push({ value, what });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.route('**/trpc/**', async (route) => {
    await painted(page).catch(() => {
      // The page is left; so is its question.
    });
    await route.continue();
  });
}

/** How far the page jumped since it was opened: below 0.1 is good. */
export async function layoutShift(page: Page): Promise<{ sum: number; what: string }> {
  await painted(page);
  const shifts = await page.evaluate(() => window.shifts);
  return {
    sum: shifts.reduce((sum, { value }) => sum + value, 0),
    what: shifts.map(({ value, what }) => `${value.toFixed(3)}: ${what.join(', ')}`).join('; '),
  };
}

const painted = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  });

/** Serious and critical findings of axe-core on the page as it stands. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  // For a moment between two pages there is none.
  while ((await page.title()) === '') await wait(20);
  // As an argument of evaluate, not as a script tag, which the page's policy refuses.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Finding {
      id: string;
      impact: string;
      nodes: { html: string; failureSummary: string }[];
    }
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Finding[] }> };
    };
    // What fades has less contrast than it is going to have.
    const fading = document
      .getAnimations()
      .filter(({ effect }) => effect!.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(fading.map(({ finished }) => finished));
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)} ${nodes[0]!.failureSummary}`);
  });
}
