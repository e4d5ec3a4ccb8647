const raw = document.getElementById('raw');
raw.textContent = `ws://${location.hostname}:${raw.dataset.port}/`;
