// OpenBLAS: cblas_sgemm.
#include "peers/blas.hpp"

#include "support/version.hpp"

#include <cblas.h>

extern "C" void openblas_set_num_threads(int);

static const bench::library_version version{openblas_get_config()};

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
    return peers::run_products(
        argc, argv,
        [](bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
           const float* b, std::size_t ldb, float* c) {
            const auto of = [](bool t) { return t ? CblasTrans : CblasNoTrans; };
            cblas_sgemm(CblasRowMajor, of(ta), of(tb), static_cast<int>(m), static_cast<int>(n),
                        static_cast<int>(k), 1.0f, a, static_cast<int>(lda), b, static_cast<int>(ldb), 0.0f,
                        c, static_cast<int>(n));
        });
}
