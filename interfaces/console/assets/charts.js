// Draws the charts of a page: each canvas has its points in `data-chart`, and its colours come from console.css.
(function () {
  "use strict";
  const drawn = new Map();

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function configuration(chart) {
    const ink = colour("--console-ink");
    const line = colour("--console-line");
    const fill = colour("--console-chart");
    return {
      type: chart.kind,
      data: {
        labels: chart.labels,
        datasets: [
          { label: chart.name, data: chart.values.map(Number), backgroundColor: fill, borderColor: fill,
            borderWidth: chart.kind === "line" ? 2 : 0, pointRadius: 0, pointHitRadius: 8, maxBarThickness: 48 },
        ],
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        color: ink,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: { callbacks: { label: (point) => chart.values[point.dataIndex] } }, // exact, as the file has it
        },
        scales: {
          x: { ticks: { color: ink, maxRotation: 60, autoSkip: true }, grid: { color: line, display: false } },
          y: { beginAtZero: true, ticks: { color: ink }, grid: { color: line } },
        },
      },
    };
  }

  function draw() {
    for (const [canvas, chart] of drawn) {
      if (canvas.isConnected) continue;
      chart.destroy();
      drawn.delete(canvas);
    }
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
      if (!drawn.has(canvas)) drawn.set(canvas, new Chart(canvas, configuration(JSON.parse(canvas.dataset.chart))));
    }
  }

  function drawAgain() {
    for (const chart of drawn.values()) chart.destroy();
    drawn.clear();
    draw();
  }

  document.addEventListener("htmx:after:swap", draw);
  new MutationObserver(drawAgain).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  draw();
})();
