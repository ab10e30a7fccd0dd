// The choices of the report: one language at a time, one group of domains, and charts drawn by the bundle where it is.
(() => {
  'use strict';
  const pages = [...document.querySelectorAll('.page')];
  const { charts } = JSON.parse(document.getElementById('report-data').textContent);
  let choice = '';

  const variablesOf = (domain) =>
    domain
      .split(';')
      .map((part) => part.split('=')[0])
      .join(';');
  const matches = (domain) =>
    choice === '' || domain === '' || choice === `d:${domain}` || choice === `v:${variablesOf(domain)}`;

  const showRows = (page) => {
    for (const row of page.querySelectorAll('tr[data-domain]')) row.hidden = !matches(row.dataset.domain);
    for (const heading of page.querySelectorAll('tr.h')) {
      let row = heading.nextElementSibling;
      heading.hidden = true;
      for (; row && !row.classList.contains('h'); row = row.nextElementSibling)
        if (row.dataset.domain !== undefined && !row.hidden) heading.hidden = false;
    }
    for (const area of page.querySelectorAll('.ar[data-domain]'))
      area.classList.toggle('chosen', choice === `d:${area.dataset.domain}`);
  };

  // A drawn chart stays where the bundle is absent or fails.
  const drawChart = async (figure) => {
    const chart = charts[figure.id];
    if (!chart || !globalThis.cifraCharts) return;
    const points = chart.points.filter((point) => matches(point.domain));
    const place = figure.querySelector('.drawn') ?? document.createElement('div');
    place.className = 'drawn';
    place.setAttribute('role', 'img');
    place.setAttribute('aria-label', `${chart.title}. ${chart.description}`);
    if (!place.isConnected) figure.append(place);
    try {
      await globalThis.cifraCharts.draw(place, { ...chart, points });
      figure.querySelector('svg.chart').style.display = 'none';
    } catch (error) {
      place.remove();
      console.error(error);
    }
  };

  const show = () => {
    for (const page of pages) {
      showRows(page);
      const select = page.querySelector('[data-choice=domain]');
      if (!select) continue;
      select.value = choice;
      const text = select.selectedOptions[0]?.textContent ?? '';
      page.querySelector('[role=status]').textContent = choice === '' ? '' : page.dataset.shown.replace('{}', text);
    }
    const page = pages.find((each) => !each.hidden);
    for (const figure of page.querySelectorAll('figure[id]')) drawChart(figure);
  };

  const speak = (language) => {
    for (const page of pages) page.hidden = page.dataset.language !== language;
    const page = pages.find((each) => !each.hidden);
    document.documentElement.lang = language;
    document.title = page.dataset.title;
    show();
    return page;
  };

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-to]');
    if (!button) return;
    const language = button.dataset.to;
    const page = speak(language);
    [...page.querySelectorAll('button[data-to]')].find((each) => each.dataset.to === language).focus();
  });
  document.addEventListener('change', (event) => {
    if (!event.target.matches('[data-choice=domain]')) return;
    choice = event.target.value;
    show();
  });
  speak(pages[0].dataset.language);
})();
