// The headers that programs include by themselves bring no system header with names like ours: `splice` is Strata's alone
// until a program includes Linux's <fcntl.h>.
#include "strata/core.hpp"
#include "strata/io/checkpoint.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/io/weights.hpp"
#include "strata/io/write_header.hpp"
#include "strata/io/write_onnx.hpp"
#include "strata/model/model_view.hpp"
#include "strata/parallel/team.hpp"

using namespace strata;

struct encoder : network<input<8>, dense<8>, mark<"code">> {};
struct reused : network<input<8>, scope<"left", splice<encoder>>, shared<"left", dense<8>>, dense<1>> {};

int main() {
    static_assert(reused::output == shape<1>);
    struct whole : network<frozen<splice<encoder>>, dense<1>> {};
    const model<whole> net;
    team<whole, batch<4>, shards<2>> work{threads{1}};
    return predict(net, work, std::vector<float>(8)).size() == 1 ? 0 : 1;
}
