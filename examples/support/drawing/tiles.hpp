// A page of small pictures in rows, each row with a label at its left and each picture with a caption below
// it.
#pragma once

#include "support/drawing/canvas.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace examples {

/// One picture: its values in [0, 1], row by row, and what stands below it (nothing, if empty).
struct tile {
    std::span<const float> values;
    std::string caption{};
};

/// Pictures side by side, what stands at their left, and what stands above them.
struct tile_row {
    std::string label{};
    std::vector<tile> tiles{};
    std::string heading{};
};

/// Sizes in pixels. A tile has size.x * size.y values and is drawn magnified; all tiles stand as far apart as
/// the widest caption wants.
struct tile_options {
    std::string title{};
    pixels size{28, 28};
    std::size_t magnification = 4;
    std::size_t gap = 6;
    std::size_t margin = 14;
    std::size_t text_magnification = 2;
};

/// Draws black on white. Throws std::invalid_argument when a tile has another number of values than size.x *
/// size.y.
canvas draw_tiles(std::span<const tile_row> rows, const tile_options& options = {});

} // namespace examples
