// Dark where the reader's system is dark; before the first paint, so that nothing flashes.
if (window.matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.dataset.bsTheme = "dark";
