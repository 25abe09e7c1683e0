// Tables of numbers with a class each as comma-separated values.
#pragma once

#include "support/data/table.hpp"

#include <filesystem>

namespace examples {

/// Reads a file, plain, .gz or .xz whatever it is called, that begins with the line
/// feature_1,...,feature_N,activity for some N and goes on with lines of N numbers and an activity, an
/// integer from 1. The table's name is the file's; its labels are the activities less 1.
///
/// Spreadsheets, pandas, numpy and R write such a table in their own ways, which are read too: fields apart
/// by commas, semicolons or tabs, whichever comes first in the header; names in capitals; names and numbers
/// in quotes or among blanks; +0.5, 5e-1, 1.0 for the activity 1, and 1e-50, which is 0 for a float; a first
/// column without a name that numbers the rows, and empty columns without a name at the end; LF or CRLF; a
/// byte order mark.
///
/// Throws file_error for a file that is missing, empty or has no rows or no label column, and, with the line
/// and the column, for a row of another length, for what is not a finite number (an empty field, NA, 1e50,
/// 0x1p3, 0,5) and for an activity outside 1 to 1000; for a raw file whose last line has no line end, since
/// it may have been cut off; and for what exceeds text_limits. A raw file cut off between two lines cannot be
/// told from a whole one.
table read_csv(const std::filesystem::path& path);

} // namespace examples
