const raw = document.getElementById('raw');
raw.textContent = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.hostname}:${raw.dataset.port}/`;
