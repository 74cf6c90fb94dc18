import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGE_KINDS } from '../../gateway/page/built-in.ts';
import type { PageSettings } from '../../gateway/page/look.ts';
import { createPages } from '../../gateway/page/pages.ts';
import { SLOTS } from '../../gateway/page/slots.ts';
import { loadedPages, pageModel, SUMMIT } from '../support/page-models.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function withTemplates(files: Record<string, string>): Promise<PageSettings> {
  const templates = join(await tempFolder(), 'templates');
  await mkdir(templates);
  for (const [name, text] of Object.entries(files)) await writeFile(join(templates, name), text);
  return { ...SUMMIT, templates };
}

function problemsOf(page: PageSettings) {
  const loaded = createPages([page]);
  return loaded.kind === 'refused' ? loaded.problems : [];
}

describe('an organiser’s own templates', () => {
  test('replace the pages whose names they bear, and no others', async () => {
    const page = await withTemplates({
      'waiting.html': '<p>{{title}}: {{position}} ({{text.position}})</p>',
    });
    const pages = loadedPages(page);
    expect(pages.renderPage(pageModel('waiting', page), 'fr').html).toBe(
      '<p>Autumn Summit 2026: 312 (Votre position)</p>',
    );
    expect(pages.renderPage(pageModel('paused', page), 'en').html).toContain('The line is paused');
    expect(pages.renderPage(pageModel('waiting', null), 'en').html).toContain('You are in line');
  });

  test('keep or leave out what depends on a value, nested as well', async () => {
    const template =
      '{{#position}}at {{position}}{{#progress}} {{progress}}%{{/progress}}{{/position}}{{^position}}nowhere{{/position}}{{#logo}}logo{{/logo}}!';
    const page = await withTemplates({ 'waiting.html': template });
    const html = (changes: object) =>
      loadedPages(page).renderPage(pageModel('waiting', page, changes), 'en').html;
    expect(html({})).toBe('at 312 65%!');
    expect(html({ startPosition: null })).toBe('at 312!');
    expect(html({ position: null })).toBe('nowhere!');
  });

  test('escape what strangers wrote', async () => {
    const page = await withTemplates({ 'refused.html': '<p title="{{detail}}">{{detail}}</p>' });
    const { html } = loadedPages(page).renderPage(pageModel('refused', page, { detail: '"><b>' }), 'en');
    expect(html).toBe('<p title="&quot;&gt;&lt;b&gt;">&quot;&gt;&lt;b&gt;</p>');
  });

  test('may bring styles and scripts of their own, allowed by hash', async () => {
    const page = await withTemplates({ 'ended.html': '<style>b{color:red}</style><script>let a=1</script>' });
    const { headers } = loadedPages(page).renderPage(pageModel('ended', page), 'en');
    const policy = headers[headers.indexOf('content-security-policy') + 1];
    const hash = (text: string) => createHash('sha256').update(text).digest('base64');
    expect(policy).toContain(`style-src 'sha256-${hash('b{color:red}')}';`);
    expect(policy).toContain(`script-src 'sha256-${hash('let a=1')}';`);
  });

  test('are refused with file, line and name of a placeholder that is none, all at once', async () => {
    const page = await withTemplates({
      'waiting.html': '<p>\n{{postion}}\n</p>{{text.nothing}}',
      'paused.html': '{{#position}}\n{{/number}}',
    });
    const problems = problemsOf(page);
    expect(problems.map(({ file, line, placeholder }) => [file.split('/').pop(), line, placeholder])).toEqual(
      [
        ['waiting.html', 2, 'postion'],
        ['waiting.html', 3, 'text.nothing'],
        ['paused.html', 2, '/number'],
      ],
    );
  });

  test('are refused where a section stays open, or a script would differ from visit to visit', async () => {
    const page = await withTemplates({
      'waiting.html': 'a\n\n{{#number}}',
      'ended.html': '<script>let at = "{{target}}"</script>',
    });
    const [open, hole] = problemsOf(page);
    expect(open).toMatchObject({ line: 3, placeholder: '#number' });
    expect(hole?.message).toContain('within <style> or <script>');
  });
});

describe('logo and folder', () => {
  test('a logo travels within the page', async () => {
    const logo = join(await tempFolder(), 'logo.svg');
    await writeFile(logo, '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const page = { ...SUMMIT, logo };
    const { html } = loadedPages(page).renderPage(pageModel('waiting', page), 'en');
    expect(html).toContain('<img src="data:image/svg+xml;base64,PHN2Zy');
  });

  test.each([
    ['logo.gif', 10, 'is no logo'],
    ['logo.png', 70_000, 'at most 65536'],
    ['logo.webp', 0, 'is empty'],
  ])('a logo that cannot be used is named: %s of %s bytes', async (name, bytes, message) => {
    const logo = join(await tempFolder(), name);
    await writeFile(logo, Buffer.alloc(bytes));
    expect(problemsOf({ ...SUMMIT, logo })[0]).toMatchObject({
      file: logo,
      message: expect.stringContaining(message),
    });
  });

  test('files and folders that are not there are named', () => {
    const problems = problemsOf({ ...SUMMIT, logo: '/nowhere/logo.png', templates: '/nowhere/pages' });
    expect(problems.map(({ file }) => file)).toEqual(['/nowhere/logo.png', '/nowhere/pages']);
  });
});

test('docs/pages.md lists every placeholder and every page', () => {
  const docs = readFileSync(new URL('../../docs/pages.md', import.meta.url), 'utf8');
  for (const name of Object.keys(SLOTS)) expect(docs).toContain(`\`{{${name}}}\``);
  for (const kind of PAGE_KINDS) expect(docs).toContain(`\`${kind}\``);
});
