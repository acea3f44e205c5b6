/* global document, fetch, window */
// The demo's page: sends the text, shows what each model found. HTML comes from the server, which escapes what was typed.
(function () {
  'use strict';
  const form = document.getElementById('ask');
  const text = document.getElementById('text');
  const example = document.getElementById('example');
  const problem = document.getElementById('problem');
  const gold = document.getElementById('gold');
  const button = form.querySelector('button');
  let examples = [];

  /** The JSON of an answer; a refusal's words as an error. */
  async function ask(url, options) {
    const response = await fetch(url, options).catch(() => {
      throw new Error('The demo does not answer: is it still running?');
    });
    const value = await response.json();
    if (!response.ok) throw new Error(value.error);
    return value;
  }

  function show({ key, entities, shared, milliseconds, html }, models) {
    const section = document.querySelector(`.answer[data-key="${key}"]`);
    const both = models > 1 ? `, ${shared} of them the other model's too` : '';
    section.querySelector('.facts').textContent = `${entities} ${entities === 1 ? 'entity' : 'entities'}${both}; ${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
    section.querySelector('.mn-entities').innerHTML = html;
  }

  function clear() {
    for (const element of document.querySelectorAll('.facts, .answer .mn-entities')) element.replaceChildren();
  }

  async function predict() {
    problem.textContent = '';
    button.disabled = true;
    const annotated = examples.find((one) => one.text === text.value);
    gold.hidden = !annotated;
    if (annotated) gold.querySelector('.mn-entities').innerHTML = annotated.html;
    try {
      const { models } = await ask('/predict', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: text.value }) });
      for (const model of models) show(model, models.length);
    } catch (error) {
      clear();
      problem.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void predict();
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  text.addEventListener('input', () => (example.value = ''));
  example.addEventListener('change', () => {
    if (example.value === '') return;
    text.value = examples[Number(example.value)].text;
    form.requestSubmit();
  });

  ask('/examples.json').then((all) => {
    examples = all;
    example.append(...all.map(({ id, title }, i) => new window.Option(`${id}: ${title}…`, String(i))));
  }, (error) => (problem.textContent = error.message));
})();
