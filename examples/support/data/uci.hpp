// The activity data as UCI's archive has it: numbers and labels in files of their own, train and test apart.
#pragma once

#include "support/data/table.hpp"

#include <filesystem>

namespace examples {

/// Reads train/X_train.txt and y_train.txt, then test/X_test.txt and y_test.txt, from the folder "UCI HAR
/// Dataset": a row a line, numbers apart by blanks, as many in every line of both; labels from 1, a line
/// each. Each file may also be compressed, as .gz or .xz.
///
/// Throws file_error for a file that is missing or empty, and, with the line and the column, for what is not
/// a finite number, a row of another length, a label outside 1 to 1000 and for more or fewer labels than
/// rows; for a raw file whose last line has no line end, since it may have been cut off; and for what exceeds
/// text_limits.
table read_uci(const std::filesystem::path& folder);

} // namespace examples
