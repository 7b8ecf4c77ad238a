// Names for screen readers that the theme and the gallery leave out, or give in other words than those that are shown.
function nameControls() {
  for (const button of document.querySelectorAll(".search-button__button, .version-switcher__button")) {
    const shown = button.innerText.replace(/\s+/g, " ").trim();
    button.setAttribute("aria-label", shown || "Search");
  }
  // The link lies over the picture, and its text is hidden.
  for (const link of document.querySelectorAll(".sphx-glr-thumbcontainer a")) {
    link.setAttribute("aria-label", link.textContent);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  nameControls();
  // The list of versions arrives later, and a turned phone shows other text.
  for (const button of document.querySelectorAll(".version-switcher__button")) {
    new MutationObserver(nameControls).observe(button, { childList: true, characterData: true, subtree: true });
  }
  window.addEventListener("resize", nameControls);
});
