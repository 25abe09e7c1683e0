// Tables on standard output.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace examples {

/// Rows of texts, each column as wide as its widest; the first ones stand at their left, the others at their right.
class text_table {
public:
    explicit text_table(std::vector<std::string> headings, std::size_t left = 1);

    /// Cells that are not there are empty.
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print() const;

private:
    std::vector<std::vector<std::string>> rows_;
    std::size_t left_;
};

/// A number with so many digits after the point; "-" for NaN.
std::string decimals(double value, int digits);

} // namespace examples
