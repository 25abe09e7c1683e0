// Networks beyond a chain in a program of somebody else's: scopes, shared weights, several inputs and outputs.
#include "strata/core.hpp"

#include <tuple>
#include <vector>

struct pair
    : strata::network<strata::input<4>, strata::scope<"left", strata::dense<3>, strata::relu>,
                      strata::mark<"a">, strata::input<4>,
                      strata::shared<"left", strata::dense<3>, strata::relu>, strata::subtract<"a">,
                      strata::dense<1>, strata::mark<"distance">, strata::resume<"a">, strata::dense<2>> {};

int main() {
    const strata::model<pair> net;
    const std::vector<float> x(4, 0.5f);
    const auto [distance, classes] = predict(net, std::tie(x, x));
    return distance.size() == 1 && classes.size() == 2 ? 0 : 1;
}
