// Makes the charts of @perspective-dev/viewer-d3fc 4.4 at home in a 5.5 viewer. A 4.4 chart tells
// about itself by properties; a 5.5 viewer asks get_static_config() once, when the chart registers.

function describe(chart) {
  return {
    name: chart.name,
    category: chart.category,
    select_mode: chart.select_mode,
    min_config_columns: chart.min_config_columns,
    config_column_names: chart.config_column_names,
    group_rollup_modes: chart.group_rollups,
    max_cells: chart.max_cells,
    max_columns: chart.max_columns,
    can_render_column_styles: false,
  };
}

function adapt(Chart) {
  Chart.prototype.get_static_config = function () {
    return describe(this);
  };

  // A 5.5 viewer may resize or restyle a chart that has drawn nothing yet.
  const { resize, restyle, clear } = Chart.prototype;
  Chart.prototype.resize = async function (view) {
    if (this._settings?.data !== undefined || this._staged_view) return resize.call(this, view);
  };
  Chart.prototype.restyle = async function (view) {
    if (this._settings?.data !== undefined) return restyle.call(this, view);
  };
  Chart.prototype.delete = function () {
    return clear.call(this);
  };
}

/**
 * Loads the chart bundle, which defines its elements and registers them with the viewer's element
 * on its own. Each is adapted in between: as it is defined.
 */
export async function loadCharts() {
  const define = customElements.define;
  customElements.define = function (name, Element, options) {
    if (name.startsWith("perspective-viewer-d3fc-")) adapt(Element);
    return define.call(this, name, Element, options);
  };
  try {
    await import("./charts/perspective-viewer-d3fc.js");
  } finally {
    customElements.define = define;
  }
}
