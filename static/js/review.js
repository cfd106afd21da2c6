// The running total of a review while its scores are chosen; the server counts again when it is kept.
const form = document.querySelector("[data-review]");

const total = () => {
  const points = [...form.querySelectorAll("[data-weight]")].map((criterion) => {
    const chosen = criterion.querySelector("input[type=radio]:checked");
    return chosen ? (Number(chosen.value) * Number(criterion.dataset.weight)) / 5 : 0;
  });
  return points.reduce((sum, each) => sum + each, 0);
};

const show = () => {
  const written = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  form.querySelector("[data-total]").textContent = written.format(total());
};

if (form) {
  form.addEventListener("change", show);
  show();
}
