// libxsmm: kernels generated for each shape. It is column-major, so that c = a b is computed as c^T = b^T
// a^T. It has no kernels for a transposed first operand: the weights are turned beforehand, in the measured
// time.
#include "peers/blas.hpp"
#include "support/version.hpp"

#include <libxsmm.h>

namespace {

libxsmm_blasint size(std::size_t s) { return static_cast<libxsmm_blasint>(s); }

void multiply(bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
              const float* b, std::size_t ldb, float* c) {
    static std::vector<float> turned;
    if (tb) {
        turned.resize(n * k);
        libxsmm_otrans(turned.data(), b, sizeof(float), size(k), size(n), size(ldb), size(n));
        b = turned.data();
        ldb = n;
    }
    const float one = 1.0f;
    const float zero = 0.0f;
    const libxsmm_blasint first = size(ldb);
    const libxsmm_blasint second = size(lda);
    const libxsmm_blasint result = size(n);
    const int flags = ta ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
    const int prefetch = LIBXSMM_PREFETCH_NONE;
    const libxsmm_smmfunction kernel = libxsmm_smmdispatch(size(n), size(m), size(k), &first, &second,
                                                           &result, &one, &zero, &flags, &prefetch);
    if (kernel != nullptr) kernel(b, a, c);
}

} // namespace

int main(int argc, char** argv) {
    libxsmm_init();
    const bench::library_version version{std::string{LIBXSMM_VERSION} + " " + libxsmm_get_target_arch()};
    return peers::run_products(argc, argv, multiply);
}
