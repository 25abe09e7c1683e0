// Tables of numbers with a class each as comma-separated values.
#pragma once

#include "support/data/table.hpp"

#include <filesystem>

namespace examples {

/// Reads a file, plain, .gz or .xz whatever it is called, that begins with the line
/// feature_1,...,feature_N,activity for some N and goes on with lines of N numbers and an activity, an
/// integer from 1. The table's name is the file's; its labels are the activities less 1.
///
/// Throws file_error for a file that is missing, empty or has no rows or no label column, and, with the line
/// and the column, for a row of another length, for what is not a finite number and for an activity outside 1
/// to 1000.
table read_csv(const std::filesystem::path& path);

} // namespace examples
