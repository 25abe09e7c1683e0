// A program that runs a network and then makes the mistake whose number it is given: errors.py compiles it with and
// without exceptions, and with a function of its own for errors.
#include "strata/core.hpp"

#include <cstdio>
#include <cstdlib>
#include <vector>

struct net : strata::network<strata::input<9>, strata::dense<4>, strata::relu> {};

#if defined(STRATA_ERROR_HANDLER)
void handle_error(const char* type, const char* message) {
    std::printf("%s|%s\n", type, message);
    std::exit(0);
}
#endif

int main(int count, char** arguments) {
    strata::model<net> weights;
    strata::workspace<net, strata::batch<8>> work;
    strata::optimizer opt{weights, strata::sgd{}};
    const std::vector<float> x(8 * 9, 1.0f), y(8 * 4, 1.0f), more(9 * 9);
    forward(weights, work, x);
    train_step(weights, work, opt, strata::mse{}, x, y);
    if (predict(weights, x).size() != 8 * 4) return 1;
    std::puts("it runs");
    std::fflush(stdout);
    switch (count < 2 ? 0 : std::atoi(arguments[1])) {
    case 1: predict(weights, std::vector<float>(10)); break;
    case 2: work.load(strata::as_rows(more, net::input)); break;
    case 3: work.check_forward(); break;
    case 4:
        fit(weights, work, opt, strata::mse{}, std::vector<float>(9, 1e38f), std::vector<float>(4),
            {.epochs = 1});
        break;
    case 5: static_cast<void>(strata::epoch_report{}.metric("recall")); break;
    case 6: strata::arena{static_cast<std::size_t>(-1)}; break;
    default: return 0;
    }
    return 2;
}
