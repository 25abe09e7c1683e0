// Laying out rows of tiles: first the size of the page, then the drawing.
#include "support/drawing/tiles.hpp"

#include <algorithm>

namespace examples {
namespace {

bool has_captions(const tile_row& row) {
    return std::any_of(row.tiles.begin(), row.tiles.end(),
                       [](const tile& one) { return !one.caption.empty(); });
}

} // namespace

canvas draw_tiles(std::span<const tile_row> rows, const tile_options& options) {
    const pixels drawn{options.size.x * options.magnification, options.size.y * options.magnification};
    const std::size_t letters = options.text_magnification;
    const std::size_t line = text_size("", letters).y;
    const std::size_t title_line = options.title.empty() ? 0 : text_size("", letters + 1).y + options.gap;

    std::size_t label_width = 0;
    std::size_t cell_width = drawn.x;
    std::size_t columns = 0;
    std::size_t heading_width = 0;
    std::size_t height = 2 * options.margin + title_line;
    for (const tile_row& row : rows) {
        if (!row.label.empty()) {
            label_width = std::max(label_width, text_size(row.label, letters).x + 2 * options.gap);
        }
        columns = std::max(columns, row.tiles.size());
        for (const tile& one : row.tiles) {
            cell_width = std::max(cell_width, text_size(one.caption, letters).x);
        }
        heading_width = std::max(heading_width, text_size(row.heading, letters).x);
        height += (row.heading.empty() ? 0 : line + options.gap) + drawn.y + (has_captions(row) ? line : 0) +
                  options.gap;
    }
    const std::size_t tiles_width = columns * (cell_width + options.gap);
    const std::size_t title_width = text_size(options.title, letters + 1).x;
    const std::size_t width =
        2 * options.margin + std::max(label_width + std::max(tiles_width, heading_width), title_width);

    canvas page{width, height};
    page.text({options.margin, options.margin}, options.title, letters + 1);
    std::size_t y = options.margin + title_line;
    for (const tile_row& row : rows) {
        if (!row.heading.empty()) {
            page.text({options.margin + label_width, y + options.gap}, row.heading, letters);
            y += line + options.gap;
        }
        page.text({options.margin, y + (drawn.y - std::min(drawn.y, line)) / 2}, row.label, letters);
        std::size_t x = options.margin + label_width;
        for (const tile& one : row.tiles) {
            const pixels words = text_size(one.caption, letters);
            page.picture({x + (cell_width - drawn.x) / 2, y}, one.values, options.size,
                         options.magnification);
            page.text({x + (cell_width - words.x) / 2, y + drawn.y + 3}, one.caption, letters);
            x += cell_width + options.gap;
        }
        y += drawn.y + (has_captions(row) ? line : 0) + options.gap;
    }
    return page;
}

} // namespace examples
