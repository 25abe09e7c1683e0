// Numbers by the formula that golden.py describes, its files, and rows as one vector.
#pragma once

#include "strata/core.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace golden {

/// `count` numbers in [-2^log2, 2^log2), all of them floats: the same as numbers() in golden.py.
inline std::vector<double> numbers(std::size_t count, std::uint32_t stream, int log2) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t h = static_cast<std::uint32_t>(i) * 2654435761U + stream * 40503U;
        h ^= h >> 16;
        h *= 0x85EBCA6BU;
        h ^= h >> 13;
        h *= 0xC2B2AE35U;
        h ^= h >> 16;
        values[i] = std::ldexp(static_cast<double>(h >> 8) * 0x1p-23 - 1.0, log2);
    }
    return values;
}

/// The tensors of a golden file by name, whether made by the formula or stored.
class file {
public:
    /// Throws std::runtime_error if the file is missing, of another kind, or of another size than its header
    /// says.
    explicit file(const std::string& path) {
        std::ifstream in{path, std::ios::binary};
        std::string line;
        if (!std::getline(in, line) || line != "golden 2")
            throw std::runtime_error{path + " is not there, or is no golden file"};
        std::vector<std::string> stored;
        while (std::getline(in, line) && !line.empty()) {
            std::istringstream words{line};
            std::string kind;
            std::string name;
            std::size_t count = 0;
            words >> kind >> name >> count;
            std::vector<double>& values = tensors_[name];
            if (kind == "made") {
                std::uint32_t stream = 0;
                int log2 = 0;
                words >> stream >> log2;
                values = numbers(count, stream, log2);
            } else {
                values.resize(count);
                stored.push_back(name);
            }
            if (!words || count == 0) throw std::runtime_error{path + ": cannot read the line " + line};
        }
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        std::size_t at = 0;
        for (const std::string& name : stored)
            for (double& value : tensors_[name]) {
                if (at + 8 > bytes.size()) throw std::runtime_error{path + " ends within " + name};
                std::uint64_t bits = 0;
                for (std::size_t byte = 0; byte < 8; ++byte)
                    bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at++])) << (8 * byte);
                value = std::bit_cast<double>(bits);
            }
        if (at != bytes.size()) throw std::runtime_error{path + " goes on after its last tensor"};
    }

    const std::vector<double>& operator[](const std::string& name) const {
        const auto found = tensors_.find(name);
        if (found == tensors_.end()) throw std::runtime_error{"no golden tensor of the name " + name};
        return found->second;
    }

    [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }

    /// A tensor, rounded to the number type of a model.
    template <class Real>
    std::vector<Real> of(const std::string& name) const {
        const std::vector<double>& values = (*this)[name];
        std::vector<Real> rounded(values.size());
        std::transform(values.begin(), values.end(), rounded.begin(),
                       [](double value) { return static_cast<Real>(value); });
        return rounded;
    }

private:
    std::map<std::string, std::vector<double>> tensors_;
};

/// The values of rows, one after the other.
template <class Real>
std::vector<Real> gather(const strata::basic_rows_view<Real>& rows) {
    std::vector<Real> all;
    for (std::size_t r = 0; r < rows.rows; ++r) all.insert(all.end(), rows[r].begin(), rows[r].end());
    return all;
}

} // namespace golden
