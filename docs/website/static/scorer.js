// How search results are ordered. Sphinx counts words, and so a long page that has them all precedes the page about them.
var Scorer = {
  score: function (result) {
    const [docname, title, anchor, description, score] = result;
    const field = document.querySelector('input[type="search"][name="q"]');
    const typed = (new URLSearchParams(window.location.search).get("q") || field?.value || "").trim().toLowerCase();
    const name = title.toLowerCase().replace(/\s*\(.*$/, "");
    const words = typed.split(/[\s_.]+/).filter((word) => word !== "");
    const isReference = docname.startsWith("reference/") && docname !== "reference/index";
    if (isReference && (name === typed || name.endsWith("." + typed))) return score + 100;
    if (name === typed) return score + 80;
    // Lists and logs mention everything.
    if (/^(index|start|concepts|howto|project|reference\/index|changelogs.*|support|differences)$/.test(docname)) {
      return score - 40;
    }
    if (words.length > 1 && words.every((word) => name.includes(word))) return score + 40;
    return score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
