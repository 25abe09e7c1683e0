// Rows of features with a class each: what the readers of the activity data give.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace examples {

struct table {
    std::string name;
    bool stand_in = false; ///< other data in the place of what was asked for
    std::size_t rows = 0;
    std::size_t features = 0;
    std::size_t classes = 0;
    std::vector<float> values{}; ///< rows x features, row by row
    std::vector<int> labels{};   ///< one a row, 0 to classes - 1
};

} // namespace examples
