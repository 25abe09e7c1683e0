// An untrained encoder as a feature extractor: the 32 codes of the smartphone activity data, or of any table,
// fed to an SVM, beside the same SVM on the raw features.

#include "networks/activity.hpp"
#include "support/activity_program.hpp"
#include "support/environment.hpp"
#include "support/file.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"
#include "support/progress.hpp"
#include "support/svm.hpp"

#include <cstdio>
#include <string_view>

namespace {

using namespace strata;

struct options {
    std::size_t seeds = 1;
    std::uint64_t seed = 0;
    std::filesystem::path data, json, dump;
};

template <class Value>
std::string_view bytes(std::span<const Value> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

/// What another program needs to check the classifier: codes, labels and predictions, as they lie in memory.
void dump(examples::outputs& files, const examples::split_table& data, std::span<const float> train,
          std::span<const float> test, const examples::svm_result& svm) {
    const auto write = [&](const char* name, std::string_view values) {
        files.write(name, [&](const auto& path) { examples::write_file(path, values); });
    };
    write("train.f32", bytes(train));
    write("test.f32", bytes(test));
    write("train_labels.i32", bytes(data.train_labels()));
    write("test_labels.i32", bytes(data.test_labels()));
    write("predicted.i32", bytes(std::span<const int>{svm.predicted}));
    files.write("shape.json", [&](const auto& path) {
        examples::write_json(path, nlohmann::ordered_json{{"features", 32}, {"classes", data.all.classes}});
    });
}

examples::outputs tried_outputs(const options& o) {
    if (o.dump.empty()) return examples::outputs{o.json};
    return {o.dump,
            {"train.f32", "test.f32", "train_labels.i32", "test_labels.i32", "predicted.i32", "shape.json"},
            o.json};
}

/// The width of the data is part of the network's type: this template serves every width that with_width
/// knows.
template <std::size_t Features>
void run(const options& o, const examples::split_table& data) {
    using net_type = examples::activity_encoder<Features>;
    std::printf("%s\n%s\n%s\n", examples::environment_line().c_str(), examples::describe(data).c_str(),
                describe<net_type>().c_str());
    examples::outputs files = tried_outputs(o);

    const examples::svm_result raw = examples::classify({data.train(), data.train_labels()},
                                                        {data.test(), data.test_labels()}, data.all.classes);
    std::printf("raw features: accuracy %.4f, %zu support vectors, %.1f s to train, %.1f s to predict\n%s\n",
                raw.accuracy, raw.support_vectors, raw.train_seconds, raw.predict_seconds,
                examples::confusion_text(raw).c_str());

    std::vector<double> accuracy, encode_seconds, train_seconds, predict_seconds;
    std::vector<std::vector<int>> confusion;
    for (std::size_t i = 0; i < o.seeds && !examples::interrupted(); ++i) {
        const std::uint64_t s = o.seed + i;
        const double start = examples::steady_seconds();
        const model<net_type> net{glorot_uniform{}, seed{s}};
        const std::vector<float> train = predict(net, data.train());
        const std::vector<float> test = predict(net, data.test());
        encode_seconds.push_back(examples::steady_seconds() - start);
        const examples::svm_result svm =
            examples::classify({train, data.train_labels()}, {test, data.test_labels()}, data.all.classes);
        accuracy.push_back(svm.accuracy);
        train_seconds.push_back(svm.train_seconds);
        predict_seconds.push_back(svm.predict_seconds);
        confusion = svm.confusion;
        std::printf("32 codes, seed %llu: accuracy %.4f, %zu support vectors, %.3f s to encode, %.2f s to "
                    "train, %.2f s "
                    "to predict\n%s",
                    static_cast<unsigned long long>(s), svm.accuracy, svm.support_vectors,
                    encode_seconds.back(), svm.train_seconds, svm.predict_seconds,
                    examples::confusion_text(svm).c_str());
        if (!o.dump.empty()) dump(files, data, train, test, svm);
    }
    std::printf("\n%s: raw %.4f, codes %s over %zu seeds\n", data.all.name.c_str(), raw.accuracy,
                examples::mean_and_spread(accuracy).c_str(), accuracy.size());
    const auto metrics = examples::with_environment({{"data", examples::as_json(data)},
                                                     {"accuracy_raw", raw.accuracy},
                                                     {"accuracy_codes", accuracy},
                                                     {"support_vectors_raw", raw.support_vectors},
                                                     {"confusion_raw", raw.confusion},
                                                     {"confusion", confusion},
                                                     {"encode_seconds", encode_seconds},
                                                     {"svm_train_seconds", train_seconds},
                                                     {"svm_predict_seconds", predict_seconds},
                                                     {"first_seed", o.seed}});
    files.write_metrics([&](const auto& path) { examples::write_json(path, metrics); });
    files.finish();
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "activity_codes", "Feeds the codes of an untrained encoder to an SVM, beside the raw features."};
    line.add_seeds(o.seed, o.seeds);
    examples::add_activity_data(line, o.data);
    line.add("--json", o.json, "file for the figures");
    line.add("--dump", o.dump, "folder for the last seed's codes, labels and predictions");
    return examples::run_on_activity(
        line, argc, argv, o.data, STRATA_EXAMPLE_DATA,
        [&]<std::size_t Features>(const examples::split_table& data) { run<Features>(o, data); });
}
