'use strict';
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const overview = document.getElementById('overview');
  const title = document.title;
  let place = 0; // where the overview was left

  // pages: CSS shows the one that the address names; this adds its title, keys and places
  const decoded = text => { try { return decodeURIComponent(text); } catch { return text; } };
  const pages = new Map(all('.image-page').map(page => [decoded(page.id), page]));
  const current = () => pages.get(decoded(location.hash.slice(1)));
  const show = () => {
    const page = current();
    if (page && location.hash.slice(1) !== page.id) {
      location.replace('#' + page.id); // the same name, written otherwise
      return;
    }
    document.title = page ? page.querySelector('h2').textContent + ' – ' + title : title;
    window.scrollTo(0, page ? 0 : place);
  };
  window.addEventListener('scroll', () => {
    if (overview.offsetParent !== null && !current()) place = window.scrollY;
  }, {passive: true});
  window.addEventListener('hashchange', show);
  document.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('input, select, .scroll')) return;
    const which = {ArrowLeft: '.previous', ArrowRight: '.next'}[event.key];
    const link = which && current()?.querySelector(which);
    if (link) link.click();
  });

  // gallery
  const gallery = document.getElementById('gallery');
  const filter = document.getElementById('filter');
  const sort = document.getElementById('sort');
  const cards = all('.card', gallery);
  const listed = [...cards, ...all('#rest tbody tr')];
  const filterBy = () => {
    const wanted = filter.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const item of listed) {
      item.hidden = !item.dataset.name.toLocaleLowerCase().includes(wanted);
      shown += !item.hidden;
    }
    document.getElementById('filtered').textContent = wanted ? shown + ' of ' + listed.length : '';
  };
  const names = new Intl.Collator('en', {numeric: true});
  const sortBy = () => {
    const key = sort.value;
    const order = {
      severity: () => 0, // as they were written
      name: (a, b) => names.compare(a.dataset.name, b.dataset.name),
    }[key] ?? ((a, b) => b.dataset[key] - a.dataset[key]);
    gallery.append(...[...cards].sort(order));
  };
  filter.addEventListener('input', filterBy);
  sort.addEventListener('change', sortBy);

  // tables
  const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  const compare = (a, b) => isNaN(a) || isNaN(b) ? names.compare(a, b) : a - b;
  for (const table of all('table.sortable')) {
    const heads = all('thead th', table);
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') !== 'descending';
        heads.forEach(other => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const sign = down ? -1 : 1;
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => sign * compare(value(a, column), value(b, column)));
        table.tBodies[0].append(...rows);
      });
    });
  }

  // a crack in the picture and its row light up together; a click keeps the light on
  for (const page of pages.values()) {
    const lightUp = (name, crack) => {
      for (const item of all('[data-crack]', page)) {
        item.classList.toggle(name, item.dataset.crack === crack);
      }
    };
    const crackAt = event => event.target.closest('[data-crack]')?.dataset.crack;
    page.addEventListener('pointerover', event => lightUp('hot', crackAt(event)));
    page.addEventListener('pointerleave', () => lightUp('hot', undefined));
    page.addEventListener('click', event => {
      const crack = crackAt(event);
      if (crack === undefined) return;
      const kept = page.querySelector('.kept')?.dataset.crack === crack;
      lightUp('kept', kept ? undefined : crack);
      const row = page.querySelector('tr.kept');
      if (row && !event.target.closest('table')) row.scrollIntoView({block: 'nearest'});
    });
    for (const row of all('tr[data-crack]', page)) {
      row.tabIndex = 0;
      row.addEventListener('focus', () => lightUp('hot', row.dataset.crack));
      row.addEventListener('keydown', event => {
        if (event.key === 'Enter') row.click();
      });
    }
  }

  window.addEventListener('beforeprint', () => all('details').forEach(item => { item.open = true; }));
  filterBy();
  if (location.hash) show();
})();
