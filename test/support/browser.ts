/** Visitors in the system's Chromium: one browser a file, an empty profile each; what they ask for and what the browser complains of is kept. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { CHROMIUM } from './chromium.ts';
import { cleanUpLater } from './clean-up.ts';

export interface BrowserVisitor {
  context: BrowserContext;
  page: Page;
  /** The address of every request that any tab sent, in order. */
  requests: string[];
  /** Console errors and warnings (broken policies are among them), and uncaught exceptions. */
  complaints: string[];
  openTab(): Promise<Page>;
  /** Name and value of each cookie that the gate has set. */
  gateCookies(): Promise<Map<string, string>>;
}

export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch(CHROMIUM);
  cleanUpLater(() => browser.close());
  return browser;
}

export async function browserVisitor(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserVisitor> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  // Waiting for what never comes shall be told before the test's own limit hides where it was.
  context.setDefaultTimeout(45_000);
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  const visitor: BrowserVisitor = {
    context,
    page: await context.newPage(),
    requests,
    complaints,
    openTab: () => context.newPage(),
    async gateCookies() {
      const cookies = await context.cookies();
      return new Map(
        cookies.filter(({ name }) => name.startsWith('hg_')).map(({ name, value }) => [name, value]),
      );
    },
  };
  return visitor;
}

/** Requests that left the site. */
export function strangers({ requests }: BrowserVisitor, site: string): string[] {
  return requests.filter((url) => !url.startsWith(`${site}/`) && !url.startsWith('data:'));
}
