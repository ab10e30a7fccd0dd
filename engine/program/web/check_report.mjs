// Opens a report in Chromium as a reader would: node check_report.mjs REPORT.html [SCREENSHOTS]
//
// Languages and population groups are changed by the keyboard alone, at 390 and 1440 pixels; nothing may be fetched,
// no script of a label may run, nothing may stand out of the page, and axe-core may find nothing serious. Prints what
// it saw as JSON. Exit: 0 all held; 3 something did not; 69 the packages (install.sh) or Chromium are not installed.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const chromiumFile = process.env.CIFRA_CHROMIUM ?? '/usr/bin/chromium';
let chromium;
let axe;
try {
  ({ chromium } = require('playwright-core'));
  axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  fs.accessSync(chromiumFile, fs.constants.X_OK);
} catch {
  console.error('Chromium, playwright-core or axe-core is not installed: engine/program/web/install.sh');
  process.exit(69);
}

const [reportFile, screenshots] = process.argv.slice(2);
const faults = [];
const seen = { requests: 0, charts: 0, rows: {}, languages: [] };
const hold = (held, text) => {
  if (!held) faults.push(text);
};

const browser = await chromium.launch({ executablePath: chromiumFile, args: ['--no-sandbox', '--disable-gpu'] });

const open = async (width, height, options = {}) => {
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) {
      seen.requests += 1;
      faults.push(`fetched ${request.url()}`);
    }
  });
  page.on('pageerror', (error) => faults.push(`${width}px: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push('a label ran a script');
    dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${width}px console: ${message.text()}`);
  });
  await page.goto(pathToFileURL(path.resolve(reportFile)).href);
  await page.waitForTimeout(500);
  return page;
};

const visiblePage = (page) => page.locator('.page:not([hidden])');

// Tab until the wanted element has the focus; false after a whole round.
const tabTo = async (page, selector) => {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return true;
  }
  return false;
};

const fitsTheWidth = async (page, width) => {
  const widest = await page.evaluate(() => document.documentElement.scrollWidth);
  hold(widest <= width, `${width}px: the page is ${widest} pixels wide`);
};

const axeFaults = async (page, where) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  for (const { id, impact, nodes } of violations)
    if (impact === 'serious' || impact === 'critical')
      faults.push(`${where}: axe ${id} (${impact}) ${nodes[0].html.slice(0, 160)}`);
};

const shoot = async (page, name) => {
  if (screenshots) await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
};

const rowsShown = (page) =>
  visiblePage(page).evaluate((root) => root.querySelectorAll('tr[data-domain]:not([hidden])').length);

// A choice by keyboard: the arrow key moves the selection and the page follows.
const chooseByKeyboard = async (page, width) => {
  const all = await rowsShown(page);
  hold(await tabTo(page, '.page:not([hidden]) [data-choice=domain]'), `${width}px: Tab does not reach the groups`);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(300);
  const one = await rowsShown(page);
  hold(one < all && one > 0, `${width}px: ${all} rows became ${one}`);
  const status = await visiblePage(page).locator('[role=status]').textContent();
  hold(status.length > 0, `${width}px: no status tells the choice`);
  seen.rows[width] = [all, one];
};

const changeLanguages = async (page, width) => {
  const buttons = visiblePage(page).locator('button[data-to]');
  const languages = await buttons.evaluateAll((all) => all.map((button) => button.dataset.to));
  for (const language of languages.slice(1).concat(languages[0] ?? [])) {
    const button = `.page:not([hidden]) button[data-to="${language}"]`;
    hold(await tabTo(page, button), `${width}px: Tab does not reach ${language}`);
    await page.keyboard.press('Enter');
    await page.waitForTimeout(400);
    hold((await page.evaluate(() => document.documentElement.lang)) === language, `${width}px: not in ${language}`);
    hold((await visiblePage(page).count()) === 1, `${width}px: not one language shows`);
    await axeFaults(page, `${width}px ${language}`);
    await shoot(page, `${width}-${language}`);
  }
  seen.languages = languages;
};

for (const [width, height] of [
  [390, 844],
  [1440, 900],
]) {
  const page = await open(width, height, { bypassCSP: false });
  await fitsTheWidth(page, width);
  seen.charts = await visiblePage(page).locator('figure[id] .drawn svg').count();
  await chooseByKeyboard(page, width);
  await shoot(page, `${width}-chosen`);
  await visiblePage(page).locator('[data-choice=domain]').selectOption('');
  await page.evaluate(() => document.activeElement.blur());
  await changeLanguages(page, width);
  await fitsTheWidth(page, width);
  await page.context().close();
}

// Without scripts every language stands on the page, and on paper the choices do not.
const plain = await open(1440, 900, { javaScriptEnabled: false });
seen.plainLanguages = await plain.locator('.page:not([hidden])').count();
hold(seen.plainLanguages === Math.max(seen.languages.length, 1), 'without scripts a language is missing');
await plain.emulateMedia({ media: 'print' });
await shoot(plain, 'print');
await browser.close();

console.log(JSON.stringify({ ...seen, faults }, null, 1));
process.exit(faults.length > 0 ? 3 : 0);
