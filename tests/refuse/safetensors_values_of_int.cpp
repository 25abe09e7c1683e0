// Integers are asked of a file's tensor.
// says: strata: a tensor's values are float or double: values<float>(name)
#include "strata/io/safetensors.hpp"

using namespace strata;

std::size_t count(const safetensors& file) {
#ifdef STRATA_CORRECTED
    return file.values<float>("weight").size();
#else
    return file.values<int>("weight").size();
#endif
}
