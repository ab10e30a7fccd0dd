// Plays interviews into an exported form: node run_cases.mjs FORM.xml CASES.json [SUBMISSIONS]
//
// CASES.json is a list of {name, date, steps}; `date` (YYYY-MM-DD) is what the device's clock says. A step is {set, value},
// {expectRefused: {set, value}}, {expectCount: {path: n}}, {language}, or {expect: {path: {relevant, valid, value, label}}}.
// SUBMISSIONS is a folder in which the engine's own submission of each interview is kept as NAME.xml.
// Exit: 0 every step held; 1 the engine refused the form; 3 some step did not hold; 69 the engine is not installed
// (install.sh).
import fs from 'node:fs';

const client = await import('./client.mjs').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('The engine of ODK Web Forms is not installed: engine/program/web/install.sh');
  process.exit(69);
});

const [formFile, casesFile, submissions] = process.argv.slice(2);
const late = [];
process.on('unhandledRejection', (error) => late.push(error));

// Blanks at the ends of a text are not shown; pyxform puts some around fills.
const stateOf = (node) => ({
  relevant: node.currentState.relevant,
  valid: client.isValid(node),
  value: node.currentState.instanceValue ?? '',
  label: node.currentState.label?.asString.trim() ?? null,
});

const faultsOf = (node, wanted) => {
  if (!node) return wanted.relevant === false ? [] : ['no such node'];
  const state = stateOf(node);
  return Object.keys(wanted)
    .filter((key) => state[key] !== wanted[key])
    .map((key) => `${key} is ${JSON.stringify(state[key])}, not ${JSON.stringify(wanted[key])}`);
};

const play = (root, nodes, step) => {
  if ('set' in step) {
    const why = client.giveAnswer(nodes.get(step.set), step.value);
    return why ? [`${step.set} = ${step.value}: ${why}`] : [];
  }
  if (step.expectRefused) {
    const { set, value } = step.expectRefused;
    return client.giveAnswer(nodes.get(set), value) ? [] : [`${set} = ${value} was taken`];
  }
  if (step.language) {
    root.setLanguage(root.languages.find((known) => known.language === step.language));
    return [];
  }
  if (step.expectCount)
    return Object.entries(step.expectCount).flatMap(([path, n]) => {
      const have = nodes.get(path)?.currentState.children.length;
      return have === n ? [] : [`${path} has ${have} instances, not ${n}`];
    });
  return Object.entries(step.expect).flatMap(([path, wanted]) =>
    faultsOf(nodes.get(path), wanted).map((fault) => `${path}: ${fault}`));
};

// Repeats whose number of instances changed bring other nodes.
const instancesOf = (nodes) =>
  [...nodes.values()]
    .filter((node) => node.nodeType.startsWith('repeat-range'))
    .map((node) => node.currentState.children.length)
    .join();

let form;
try {
  form = await client.openForm(fs.readFileSync(formFile, 'utf8'));
} catch (error) {
  console.error(`The form is refused: ${error.message} ${error.cause?.message ?? ''}`);
  process.exit(1);
}
const cases = JSON.parse(fs.readFileSync(casesFile, 'utf8'));
let steps = 0;
let faults = 0;
const clock = Date.now;
for (const { name, date, steps: list } of cases) {
  Date.now = date ? () => Date.parse(`${date}T12:00:00Z`) : clock;
  const root = client.startInterview(form);
  let nodes = client.nodesOf(root);
  let instances = instancesOf(nodes);
  for (const step of list) {
    steps += 1;
    const found = play(root, nodes, step);
    if ('set' in step && instancesOf(nodes) !== instances) {
      nodes = client.nodesOf(root);
      instances = instancesOf(nodes);
    }
    for (const fault of found) {
      faults += 1;
      console.error(`${name}, step ${list.indexOf(step) + 1}: ${fault}`);
    }
  }
  if (submissions) fs.writeFileSync(`${submissions}/${name}.xml`, await client.submissionOf(root));
}
for (const error of late) console.error(`late: ${error.message}`);
console.log(`${cases.length} cases, ${steps} steps, ${faults + late.length} faults`);
process.exit(faults + late.length > 0 ? 3 : 0);
