// Runs before the first paint, so that a dark page never flashes white. A file of its own: a strict content policy forbids inline scripts.
(function () {
  var choice = 'system';
  try {
    choice = localStorage.getItem('orrery.theme') || 'system';
  } catch (error) {
    // Storage is blocked: the system's theme is used.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
})();
