import { Canvas } from './canvas.js';

const byId = (id) => document.getElementById(id);
const status = byId('status');
let running = null;
let model = 'tess2';

function say(text, isError = false) {
  status.textContent = text;
  status.classList.toggle('error', isError);
}

function headers() {
  const key = byId('key').value.trim();
  const all = { 'Content-Type': 'application/json' };
  if (key) {
    all.Authorization = `Bearer ${key}`;
  }
  return all;
}

async function problemOf(response) {
  if (response.status === 401) {
    byId('key-field').hidden = false;
  }
  const body = await response.json().catch(() => null);
  return body?.error?.message ?? `the server answered with status ${response.status}`;
}

// The settings

function drawSettings() {
  const two = byId('compare').checked;
  const holder = byId('settings');
  const wanted = two ? 2 : 1;
  while (holder.children.length > wanted) {
    holder.lastElementChild.remove();
  }
  while (holder.children.length < wanted) {
    holder.append(byId('setting').content.firstElementChild.cloneNode(true));
  }
  [...holder.children].forEach((setting, i) => {
    setting.querySelector('legend').textContent = two ? `Setting ${'AB'[i]}` : 'Setting';
  });
  holder.classList.toggle('two', two);
}

async function loadOptions() {
  const response = await fetch('v1/tess2/options', { headers: headers() });
  if (!response.ok) {
    say(await problemOf(response), true);
    return;
  }
  const options = await response.json();
  model = options.model;
  const weights = (options.parameters / 1e6).toLocaleString('en', { maximumFractionDigits: 1 });
  byId('model').textContent =
    `${model}: ${options.architecture}, ${weights} million weights. All positions are visible from the first step on, and settle as the steps go by.`;
  byId('length').max = options.max_length;
  for (const root of [byId('setting').content, byId('settings')]) {
    for (const select of root.querySelectorAll('select')) {
      const names = Object.keys(options.plugins[select.dataset.point]);
      select.append(...names.map((name) => new Option(name, name)));
    }
    for (const steps of root.querySelectorAll('[data-name=steps]')) {
      steps.max = options.max_steps;
    }
  }
  byId('guidances').append(
    ...Object.keys(options.plugins.guidance).map((name) => new Option(name, name)));
}

// The requests

/** `name` and a scale are `name:scale=…`; a name that has options already gets one more. */
function guidanceOf(text, scale) {
  if (!scale) {
    return text;
  }
  return text.includes(':') ? `${text},scale=${scale}` : `${text}:scale=${scale}`;
}

function fieldsOf(setting) {
  const values = {};
  for (const input of setting.querySelectorAll('[data-name]')) {
    if (input.value.trim() !== '') {
      values[input.dataset.name] = input.type === 'number' ? Number(input.value) : input.value.trim();
    }
  }
  if (values.guidance) {
    values.guidance = guidanceOf(values.guidance, values.scale);
  }
  delete values.scale;
  return values;
}

/** The command line marks blanks by underscores; [[12]] is the same to those who find it easier. */
function withBlanks(text) {
  return text.replace(/\[\[(\d{1,6})\]\]/g, '__$1__');
}

function hasBlanks(text) {
  return /__|\[\[\d{1,6}\]\]/.test(text);
}

function requestOf(setting, seed) {
  const text = byId('prompt').value;
  const mode = document.querySelector('[name=mode]:checked').value;
  const infill = mode === 'infill' || (mode === 'auto' && hasBlanks(text));
  const request = {
    model,
    messages: [{ role: 'user', content: infill ? withBlanks(text) : text }],
    stream: true,
    diffusing: true,
    seed,
    ...fieldsOf(setting),
  };
  if (infill) {
    request.infill = true;
  } else if (byId('length').value) {
    request.max_tokens = Number(byId('length').value);
  }
  return request;
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const data = part.replace(/^data: /, '');
      if (data !== '[DONE]') {
        yield JSON.parse(data);
      }
    }
  }
}

async function generate(canvas, request, signal, progress) {
  const response = await fetch('v1/chat/completions', {
    method: 'POST', headers: headers(), body: JSON.stringify(request), signal,
  });
  if (!response.ok) {
    throw new Error(await problemOf(response));
  }
  let text = '';
  for await (const event of eventsOf(response)) {
    if (event.error) {
      throw new Error(event.error.message);
    }
    for (const choice of event.choices) {
      if (choice.diffusing) {
        canvas.add(choice.diffusing);
        progress(choice.diffusing);
      }
      text += choice.delta.content ?? '';
      if (choice.finish_reason) {
        canvas.end(choice.tess2, choice.finish_reason);
      }
    }
  }
  return text;
}

function freshSeed() {
  return Math.floor(Math.random() * 1e9);
}

async function start() {
  const typed = byId('seed').value.trim();
  const seed = typed === '' ? freshSeed() : Number(typed);
  const settings = [...byId('settings').children];
  const two = settings.length === 2;
  const canvases = settings.map(
    (_, i) => new Canvas(byId('result'), two ? `Answer ${'AB'[i]}` : 'Answer'));
  const results = byId('results');
  results.replaceChildren(...canvases.map((canvas) => canvas.element));
  results.classList.toggle('two', two);
  running = new AbortController();
  byId('go').disabled = true;
  byId('stop').disabled = false;
  say('Waiting for the first step…');
  // A screen reader is told of the beginning and the end: each step would drown it.
  let told = false;
  const progress = () => {
    if (!told) {
      told = true;
      say('Settling…');
    }
  };
  const outcomes = await Promise.allSettled(canvases.map((canvas, i) =>
    generate(canvas, requestOf(settings[i], seed), running.signal, progress)));
  outcomes.forEach((outcome, i) => {
    if (outcome.status === 'rejected') {
      canvases[i].fail(outcome.reason.name === 'AbortError' ? 'Stopped.' : outcome.reason.message);
    }
  });
  const failed = outcomes.find((o) => o.status === 'rejected' && o.reason.name !== 'AbortError');
  if (failed) {
    say(failed.reason.message, true);
  } else if (running.signal.aborted) {
    say('Stopped.');
  } else {
    say(outcomes.map((o, i) => (two ? `${'AB'[i]}: ` : '') + o.value).join(' — '));
  }
  running = null;
  byId('go').disabled = false;
  byId('stop').disabled = true;
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!running) {
    start();
  }
});
byId('prompt').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    byId('form').requestSubmit();
  }
});
byId('stop').addEventListener('click', () => running?.abort());
byId('compare').addEventListener('change', drawSettings);
byId('key').addEventListener('change', loadOptions);
drawSettings();
loadOptions().catch((e) => say(e.message, true));
