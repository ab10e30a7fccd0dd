// An XForm in the engine of ODK Web Forms, under Node: open a form, start interviews, find nodes by path.
import { JSDOM } from 'jsdom';

const dom = new JSDOM('<!doctype html><html><body></body></html>', { url: 'http://127.0.0.1/' });
for (const name of Object.getOwnPropertyNames(dom.window)) {
  if (name in globalThis || name === 'window' || name === 'self') continue;
  try {
    globalThis[name] = dom.window[name];
  } catch {
    // some of the window's properties answer only in a browser
  }
}
globalThis.window = globalThis;
globalThis.document = dom.window.document;
globalThis.__dirname = '/';

const { loadForm, constants } = await import('@getodk/xforms-engine');

export const openForm = async (xml) => {
  const form = await loadForm(xml, { fetchFormAttachment: async () => new Response('', { status: 404 }) });
  if (form.status === 'failure') throw form.error;
  return form;
};

export const startInterview = (form) =>
  form.createInstance({
    instanceAttachments: { fileNameFactory: ({ basename }) => basename },
    preloadProperties: {},
    geolocationProvider: { getLocation: async () => '' },
  }).root;

// Every node of an interview by its path; a repeat by itself has the path of its instances without a number.
export const nodesOf = (root) => {
  const nodes = new Map();
  const visit = (node) => {
    const path = node.currentState.reference;
    const name = node.nodeType.startsWith('repeat-range') ? path.replace(/\[\d+\]$/, '') : path;
    nodes.set(name, node);
    for (const child of node.currentState.children ?? []) visit(child);
  };
  visit(root);
  return nodes;
};

// Gives an answer as a respondent would; returns what stood against it, or null.
export const giveAnswer = (node, value) => {
  if (!node) return 'no such question';
  if (!node.currentState.relevant) return 'not asked';
  if (node.currentState.readonly) return 'read-only';
  if (node.nodeType === 'select') {
    const codes = node.selectType === 'select' ? value.split(' ') : [value];
    const offered = new Set(node.currentState.valueOptions.map((option) => option.value));
    const alien = codes.filter((code) => !offered.has(code));
    if (alien.length > 0) return `code ${alien.join(', ')} is not offered`;
    if (node.selectType === 'select') node.selectValues(codes);
    else node.selectValue(value);
  } else if (node.nodeType === 'trigger') {
    node.setValue(value === 'OK');
  } else if (node.nodeType === 'input') {
    node.setValue(value);
  } else {
    return `a ${node.nodeType} takes no answer`;
  }
  const kept = node.currentState.instanceValue;
  return kept === value ? null : `kept as '${kept}'`;
};

export const isValid = (node) => (node.validationState?.violation ?? null) === null;

export const submissionOf = async (root) => {
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' });
  return payload.data[0].get(constants.INSTANCE_FILE_NAME).text();
};
