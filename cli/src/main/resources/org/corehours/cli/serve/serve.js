'use strict';
// Lets controls act at once. The state of the page is its address: every change is asked for by it and stands in it.
(() => {
  const form = document.getElementById('controls');
  const results = document.getElementById('results');
  const problem = document.getElementById('problem');
  const status = document.getElementById('status');
  const WAIT_MS = 120;
  const paper = location.pathname.startsWith('/papers/');
  let asked = false;
  let busy = false;
  let lastChanged = '';

  const state = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value.trim() !== '') query.append(name, value.trim());
    }
    return query.toString();
  };

  const enable = () => {
    const model = form.elements.model;
    const crops = form.elements['local-crops'];
    if (model && crops) crops.disabled = !/^(dino|ibot)_/.test(model.value);
  };

  /** Shows new results where the old ones stood, with what was unfolded still unfolded. */
  const show = html => {
    const open = [...results.querySelectorAll('details')].map(each => each.open);
    results.innerHTML = html;
    results.querySelectorAll('details').forEach((each, i) => {
      if (i < open.length) each.open = open[i];
    });
    results.classList.remove('stale');
    problem.hidden = true;
    problem.textContent = '';
    status.textContent = results.querySelector('.said')?.textContent ?? '';
    document.dispatchEvent(new Event('corehours:changed'));
  };

  const fail = message => {
    problem.textContent = message;
    problem.hidden = false;
    results.classList.add('stale');
  };

  /** One request at a time; of changes that come meanwhile the last is asked for next. */
  const ask = async () => {
    asked = true;
    if (busy) return;
    busy = true;
    while (asked) {
      asked = false;
      try {
        const answer = await fetch('/parts' + location.pathname + '?' + state());
        const text = await answer.text();
        if (!asked) {
          if (answer.ok) show(text);
          else fail(text.trim());
        }
      } catch {
        fail('The server does not answer. Start it again: corehours serve');
      }
    }
    busy = false;
    document.documentElement.dataset.settled = String(Number(document.documentElement.dataset.settled ?? 0) + 1);
  };

  /** Changes of one control are one step of the history, so that going back takes back a control. */
  const remember = name => {
    const url = location.pathname + '?' + state();
    if (url === location.pathname + location.search) return;
    if (name === lastChanged) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    lastChanged = name;
  };

  let timer = 0;
  const changed = name => {
    enable();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!form.checkValidity()) {
        const wrong = form.querySelector(':invalid');
        fail((wrong.labels[0]?.textContent ?? wrong.name) + ': ' + wrong.validationMessage);
        return;
      }
      if (paper && name === 'run') {
        // Another run has other readings.
        location.assign(location.pathname + '?' + state());
        return;
      }
      remember(name);
      ask();
    }, WAIT_MS);
  };

  form.addEventListener('submit', event => {
    event.preventDefault();
    changed('');
  });
  // A name that is being typed is none yet; numbers and choices are always something.
  form.addEventListener('input', event => {
    if (event.target.type !== 'text' || event.inputType === undefined || event.inputType === 'insertReplacementText') changed(event.target.name);
  });
  form.addEventListener('change', event => {
    if (event.target.type === 'text') changed(event.target.name);
  });

  addEventListener('popstate', () => {
    const query = new URLSearchParams(location.search);
    if (paper && query.get('run') !== null && query.get('run') !== form.elements.run.value) {
      location.reload();
      return;
    }
    for (const each of form.elements) {
      if (each.name) each.value = query.get(each.name) ?? (each.name === 'run' ? each.value : '');
    }
    lastChanged = '';
    enable();
    pinButton();
    ask();
  });

  const button = (text, label, act) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = text;
    if (label) made.setAttribute('aria-label', label);
    made.addEventListener('click', act);
    return made;
  };

  // Counts of devices and samples are changed by halves and doubles.
  for (const name of ['devices', 'global-batch']) {
    const input = form.elements[name];
    if (!input) continue;
    const label = input.labels[0].textContent.toLowerCase();
    const scale = factor => () => {
      const now = Number(input.value || (name === 'devices' ? 8 : 512));
      input.value = String(Math.min(Number(input.max), Math.max(1, Math.round(now * factor))));
      changed(name);
    };
    input.after(button('½', 'Half the ' + label, scale(0.5)), button('×2', 'Twice the ' + label, scale(2)));
  }

  let pin = null;
  const pinButton = () => {
    if (!pin) return;
    pin.textContent = form.elements.pinned.value ? 'Unpin' : 'Pin, to compare';
  };
  if (!paper) {
    if (!form.elements.pinned) {
      const hidden = document.createElement('input');
      hidden.type = 'hidden';
      hidden.name = 'pinned';
      form.append(hidden);
    }
    pin = button('', '', () => {
      const pinned = form.elements.pinned;
      pinned.value = pinned.value ? '' : state();
      pinButton();
      changed('pinned');
    });
    form.querySelector('.send').append(pin);
    pinButton();
  }
  // On a phone what is asked for least stays folded up, so that results are near.
  if (matchMedia('(max-width: 40rem)').matches) {
    form.querySelectorAll('.group').forEach((each, i) => { if (i > 1) each.open = false; });
  }
  status.textContent = results.querySelector('.said')?.textContent ?? '';
  enable();
  if (location.search === '' && !paper) history.replaceState(null, '', location.pathname + '?' + state());
})();
