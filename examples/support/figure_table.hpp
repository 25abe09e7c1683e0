// Figures of several things over several seeds, as a table and as metrics.
#pragma once

#include "support/json.hpp"
#include "support/svm.hpp"
#include "support/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace examples {

class figure_table {
public:
    /// A key in the metrics, a heading in the table, and digits after the point.
    struct column {
        const char *key, *heading;
        int decimals;
    };

    explicit figure_table(std::vector<column> columns) : columns_{std::move(columns)} {}

    [[nodiscard]] bool has(const std::string& name) const {
        return std::ranges::find(lines_, name, &line::name) != lines_.end();
    }
    /// The figures of one more seed, by key; NaN, or none, where nothing was measured.
    void add(const std::string& name, const std::map<std::string, double>& figures) {
        if (!has(name)) lines_.push_back({name, std::vector<std::vector<double>>(columns_.size())});
        line& of = *std::ranges::find(lines_, name, &line::name);
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const auto found = figures.find(columns_[i].key);
            of.figures[i].push_back(found == figures.end() ? std::numeric_limits<double>::quiet_NaN()
                                                           : found->second);
        }
    }
    /// Means and deviations.
    void print() const {
        std::vector<std::string> headings{""};
        for (const column& c : columns_) headings.emplace_back(c.heading);
        text_table table{headings};
        for (const line& of : lines_) {
            std::vector<std::string> row{of.name};
            for (std::size_t i = 0; i < columns_.size(); ++i)
                row.push_back(std::isnan(of.figures[i][0])
                                  ? "-"
                                  : mean_and_spread(of.figures[i], columns_[i].decimals));
            table.add(row);
        }
        table.print();
    }
    /// By name and key the figures of all seeds.
    [[nodiscard]] nlohmann::ordered_json as_json() const {
        nlohmann::ordered_json all;
        for (const line& of : lines_)
            for (std::size_t i = 0; i < columns_.size(); ++i)
                if (!std::isnan(of.figures[i][0])) all[of.name][columns_[i].key] = of.figures[i];
        return all;
    }

private:
    struct line {
        std::string name;
        std::vector<std::vector<double>> figures;
    };
    std::vector<column> columns_;
    std::vector<line> lines_;
};

} // namespace examples
