// In the place of the script of this name that Debian's package of the theme lacks: the theme styles and widens only
// tables of this class.
for (const table of document.querySelectorAll(".rst-content table")) table.classList.add("docutils");
