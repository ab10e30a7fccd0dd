// Opens a preview in Chromium: node check_preview.mjs preview.html CHECKS.json [PICTURES]
//
// CHECKS.json is {language shown: text that the page then says}. The page must say it, and ask nothing of a network. PICTURES
// is a folder for a picture of each language at 390 and 1440 pixels. Exit: 0 well; 3 not; 69 Playwright or Chromium is not
// installed.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const missing = (what) => {
  console.error(`${what} is not installed`);
  process.exit(69);
};
const named = process.env.CIFRA_CHROMIUM;
const program = [...(named ? [named] : []), '/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) => fs.existsSync(file));
if (!program) missing('Chromium');
const { chromium } = await import('playwright-core').catch(() => missing('Playwright'));

const [page, checksFile, pictures] = process.argv.slice(2);
const checks = JSON.parse(fs.readFileSync(checksFile, 'utf8'));
const faults = [];
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] });

const open = async (width) => {
  const view = await browser.newPage({ viewport: { width, height: 900 } });
  view.on('pageerror', (error) => faults.push(error.message));
  view.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) faults.push(`asks for ${request.url()}`);
  });
  await view.goto(pathToFileURL(page).href);
  await view.locator('.odk-form').first().waitFor({ timeout: 120000 });
  return view;
};

const choose = async (view, language) => {
  await view.locator('.language-changer:visible').click();
  await view.getByRole('option', { name: language }).click();
};

for (const width of [1440, 390]) {
  const view = await open(width);
  for (const [language, text] of Object.entries(checks)) {
    await choose(view, language).catch((error) => faults.push(`${width}, ${language}: ${error.message.split('\n')[0]}`));
    const said = await view.getByText(text).first().waitFor({ timeout: 20000 }).then(() => true, () => false);
    if (!said) faults.push(`${width}, ${language}: does not say '${text}'`);
    if (pictures) await view.screenshot({ path: path.join(pictures, `${width}_${language.replace(/\W+/g, '_')}.png`) });
  }
  await view.close();
}
await browser.close();
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 3 : 0);
