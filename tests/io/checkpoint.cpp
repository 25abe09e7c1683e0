// Trainings in files: one that was stopped and goes on has the bits of one that never was; what is damaged is refused.
#include "strata/io/checkpoint.hpp"

#include "strata/core.hpp"
#include "strata/io/weights.hpp"

#include "support/small_networks.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace strata;

namespace {

struct noisy : network<strata::input<6>, dense<8>, relu, dropout<0.2>, mark<"code">, dense<3>> {};
struct normal : network<strata::input<6>, gaussian_noise<0.1>, dense<8>, batch_norm<>, strata::tanh,
                        mark<"code">, dense<3>> {};

constexpr std::size_t rows = 50, batch_rows = 8;

template <class Real>
std::vector<Real> in_real(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

/// What a run comes to: weights, optimizer, and all that fit reports.
struct outcome {
    std::vector<double> numbers;
    bool operator==(const outcome&) const = default;
};

/// Trains with a checkpoint after every batch, up to so many batches, or to the end.
template <class Net, class Real, class Rule>
outcome run(const std::string& path, const Rule& rule, std::size_t batches, std::size_t keep = 1) {
    static const std::vector<Real> x = in_real<Real>(tests::uniform_rows(rows, 6, 1)),
                                   y = in_real<Real>(tests::uniform_rows(rows, 3, 2));
    model<Net, Real> net{seed{3}};
    workspace<Net, batch<batch_rows>, training, Real> work;
    optimizer opt{net, rule};
    checkpoint file{path, net, opt, {.every_minutes = 0.0, .keep = keep}};
    const auto loss = mse{} + 0.01f * at<"code">(l1{}) + 0.001f * on_weights(l2{});
    std::size_t done = 0;
    const fit_history history =
        fit(net, work, opt, loss, x, y,
            {.epochs = 5,
             .batch_size = batch_rows,
             .learning_rate = cosine_decay{0.05f, 25},
             .clip_norm = 1.0f,
             .patience = 2,
             .restore_best_weights = true,
             .validation_split = 0.2f,
             .metrics = {{"first",
                          [](const rows_view& outputs, const rows_view&) { return double(outputs[0][0]); }}},
             .after_batch = [&](const batch_report&) { return ++done < batches; },
             .on_progress = file,
             .resume_from = file.restore()});
    outcome all;
    for (const Real w : net.storage()) all.numbers.push_back(double(w));
    for (const Real s : opt.state()) all.numbers.push_back(double(s));
    all.numbers.push_back(double(opt.steps()));
    all.numbers.push_back(double(history.best_epoch.value_or(0)));
    for (const epoch_report& report : history.epochs) {
        for (const double number : {double(report.epoch), double(report.epochs), double(report.loss),
                                    double(report.validation_loss.value_or(-1)),
                                    report.metric("first").training, *report.metric("first").validation})
            all.numbers.push_back(number);
        for (const measured& term : report.terms) {
            all.numbers.push_back(term.training);
            all.numbers.push_back(term.validation.value_or(-1));
        }
    }
    return all;
}

template <class Net, class Real, class Rule>
void check_all_stops(const Rule& rule) {
    const tests::temporary_folder here;
    const outcome whole = run<Net, Real>(here / "whole", rule, 1000);
    REQUIRE(whole.numbers.size() > 20);
    for (std::size_t stop = 1; stop <= 26; ++stop) {
        CAPTURE(stop);
        const std::string path = here / "stopped";
        std::filesystem::remove(path);
        run<Net, Real>(path, rule, stop);
        run<Net, Real>(path, rule, 2); // and once more
        CHECK(run<Net, Real>(path, rule, 1000) == whole);
        CHECK(run<Net, Real>(path, rule, 1000) == whole); // of a run that has ended nothing is left to do
    }
}

} // namespace

TEST_CASE("wherever a training stops, it goes on with the bits of one that did not") {
    check_all_stops<noisy, float>(sgd{.learning_rate = 0.05f, .momentum = 0.9f});
    check_all_stops<noisy, float>(adam{});
    check_all_stops<normal, float>(adamw{});
    check_all_stops<normal, float>(rmsprop{});
    check_all_stops<normal, double>(adam{});
}

TEST_CASE("a file is there after every epoch, or every few, and at the end") {
    const tests::temporary_folder here;
    model<noisy> net;
    workspace<noisy, batch<10>> work;
    optimizer opt{net, sgd{}};
    const std::vector<float> x = tests::uniform_rows(20, 6, 1), y = tests::uniform_rows(20, 3, 2);
    const std::string path = here / "file";
    std::string seen;
    fit(net, work, opt, mse{}, x, y,
        {.epochs = 5,
         .after_epoch =
             [&](const epoch_report&) {
                 seen += std::filesystem::exists(path) ? "x" : "-";
                 std::filesystem::remove(path);
             },
         .on_progress = checkpoint{path, net, opt, {.every_epochs = 2}}});
    CHECK(seen == "-x-xx");
}

TEST_CASE("as many as are to be kept are, and each is whole") {
    const tests::temporary_folder here;
    run<noisy, float>(here / "file", adam{}, 7, 3);
    std::vector<std::size_t> steps;
    for (const char* name : {"file", "file.1", "file.2"}) {
        model<noisy> net;
        optimizer opt{net, adam{}};
        const auto state = checkpoint{here / name, net, opt}.restore();
        REQUIRE(state.has_value());
        steps.push_back(state->step);
    }
    CHECK(steps == std::vector<std::size_t>{7, 6, 5});
    CHECK(!std::filesystem::exists(here / "file.3"));
}

TEST_CASE("of a file behind a link, too") {
    const tests::temporary_folder here;
    std::filesystem::create_symlink("elsewhere", here / "file");
    run<noisy, float>(here / "file", adam{}, 7, 2);
    model<noisy> net;
    optimizer opt{net, adam{}};
    CHECK(checkpoint{here / "file", net, opt}.restore()->step == 7);
    CHECK(checkpoint{here / "elsewhere", net, opt}.restore()->step == 7);
    CHECK(checkpoint{here / "file.1", net, opt}.restore()->step == 6);
    CHECK(std::filesystem::is_symlink(here / "file"));
}

TEST_CASE("a file that is there but cannot be opened is no training that begins") {
    const tests::temporary_folder here;
    model<noisy> net;
    optimizer opt{net, adam{}};
    checkpoint file{here / "file", net, opt};
    file.save({.step = 3});
    std::filesystem::rename(here / "file", here / "kept");
    std::filesystem::create_symlink("file", here / "file");
    const std::string said =
        tests::message_of<std::runtime_error>([&] { static_cast<void>(file.restore()); });
    CHECK(said ==
          "strata: " + (here / "file").string() + ": cannot be opened: Too many levels of symbolic links");
    std::filesystem::rename(here / "kept", here / "file");
    CHECK(file.restore()->step == 3);
}

TEST_CASE("counts are whole numbers that a std::size_t holds") {
    using detail::count_of;
    CHECK(count_of(0, "count") == 0);
    CHECK(count_of(4294967295.0, "count") == 4294967295u);
    for (const double none : {-1.0, 0.5, 1e300, std::nan("")})
        CHECK_THROWS_AS(count_of(none, "count"), std::runtime_error);
    // Of a checkpoint of another machine's.
    if constexpr (sizeof(std::size_t) < 8)
        CHECK_THROWS_AS(count_of(4294967296.0, "count"), std::runtime_error);
    else
        CHECK(std::uint64_t{count_of(9007199254740992.0, "count")} == std::uint64_t{1} << 53);
}

TEST_CASE("metrics may have any name") {
    const tests::temporary_folder here;
    const std::vector<float> x = tests::uniform_rows(rows, 6, 1), y = tests::uniform_rows(rows, 3, 2);
    const auto value = [](const rows_view& outputs, const rows_view&) { return double(outputs[0][0]); };
    const std::vector<std::string> names{"two\nlines", "", "back\\slash\\n\\", "\xc3\xa4", "\n"};
    std::vector<metric> metrics;
    for (const std::string& name : names) metrics.emplace_back(name, value);
    model<noisy> net;
    workspace<noisy, batch<batch_rows>> work;
    optimizer opt{net, adam{}};
    checkpoint file{here / "file", net, opt};
    fit(net, work, opt, mse{}, x, y, {.epochs = 2, .metrics = metrics, .on_progress = file});
    const auto state = file.restore();
    REQUIRE(state->history.epochs.size() == 2);
    for (const epoch_report& report : state->history.epochs)
        for (std::size_t k = 0; k < names.size(); ++k) CHECK(report.metrics[k].name == names[k]);
}

TEST_CASE("load reads the weights of a checkpoint") {
    const tests::temporary_folder here;
    model<noisy> net{seed{3}}, other{seed{4}};
    optimizer opt{net, adam{}};
    checkpoint{here / "file", net, opt}.save({});
    load(here / "file", other, convention{}.within("model."));
    CHECK(predict(other, std::vector<float>(6, 0.5f)) == predict(net, std::vector<float>(6, 0.5f)));
}

namespace {

/// A checkpoint of noisy and Adam that is not to be taken: it says so in these words, and nothing changes.
void check_refused(const std::string& path, const char* why) {
    model<noisy> net{seed{8}};
    optimizer opt{net, adam{.learning_rate = 0.5f}};
    const std::vector<float> before{net.storage().begin(), net.storage().end()};
    std::string said;
    try {
        static_cast<void>(checkpoint{path, net, opt}.restore());
    } catch (const std::runtime_error& error) {
        said = error.what();
    } catch (const std::invalid_argument& error) {
        said = error.what();
    }
    INFO(said);
    CHECK(said.find(why) != std::string::npos);
    CHECK(said.find("strata: ") == 0);
    CHECK(std::equal(before.begin(), before.end(), net.storage().begin()));
    CHECK(opt.steps() == 0);
    CHECK(opt.learning_rate() == 0.5f);
}

} // namespace

TEST_CASE("what is damaged, foreign, newer or of something else is refused, and nothing changes") {
    const tests::temporary_folder here;
    run<noisy, float>(here / "file", adam{}, 9);
    const std::string good = tests::read_text(here / "file");
    const std::string path = here / "bad";
    std::size_t flips = 0;
    for (std::size_t at = 0; at < good.size(); at += 7) {
        CAPTURE(at);
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
        here.write("bad", bad);
        check_refused(path, "");
        model<noisy> net;
        optimizer opt{net, adam{}};
        CHECK_THROWS_AS(static_cast<void>(checkpoint{path, net, opt}.restore()), std::runtime_error);
        ++flips;
    }
    CHECK(flips > 400);
    for (std::size_t size = 0; size < good.size(); size += 61) {
        here.write("bad", good.substr(0, size));
        check_refused(path, path.c_str());
    }
    here.write("bad", good + "x");
    check_refused(path, path.c_str());
    model<noisy> net;
    save(path, net);
    check_refused(path, "is no checkpoint: weights alone are read by load");
    safetensors_writer newer;
    newer.metadata("strata.checkpoint", "2");
    newer.write(path);
    check_refused(path, "is a checkpoint of version 2, and this Strata reads version 1");
    std::filesystem::remove(path);
    run<normal, float>(path, adam{}, 3);
    check_refused(path, "is a checkpoint of a network with other layers or options");
    std::filesystem::remove(path);
    run<noisy, float>(path, sgd{}, 3);
    check_refused(path, "optimizer.0.");
    std::filesystem::remove(path);
    run<noisy, float>(path, rmsprop{}, 3);
    check_refused(path, "optimizer.1.");
    optimizer less{net, rmsprop{}};
    CHECK_THROWS_WITH_AS(
        static_cast<void>(checkpoint{here / "file", net, less}.restore()),
        ("strata: " + (here / "file").string() + " is a checkpoint of another optimizer's rule").c_str(),
        std::runtime_error);
}

TEST_CASE("a state goes on only where it stood: other batches, epochs or metrics are refused") {
    const tests::temporary_folder here;
    run<noisy, float>(here / "file", adam{}, 9);
    model<noisy> net;
    workspace<noisy, batch<batch_rows>> work;
    optimizer opt{net, adam{}};
    const std::vector<float> x = tests::uniform_rows(rows, 6, 1), y = tests::uniform_rows(rows, 3, 2);
    const auto state = checkpoint{here / "file", net, opt}.restore();
    const auto loss = mse{} + 0.01f * at<"code">(l1{}) + 0.001f * on_weights(l2{});
    const metric first{"first",
                       [](const rows_view& outputs, const rows_view&) { return double(outputs[0][0]); }};
    CHECK_THROWS_AS(fit(net, work, opt, loss, x, y,
                        {.epochs = 5, .batch_size = 4, .metrics = {first}, .resume_from = state}),
                    std::invalid_argument);
    CHECK_THROWS_AS(fit(net, work, opt, loss, x, y,
                        {.epochs = 1, .validation_split = 0.2f, .metrics = {first}, .resume_from = state}),
                    std::invalid_argument);
    CHECK_THROWS_AS(
        fit(net, work, opt, loss, x, y, {.epochs = 5, .validation_split = 0.2f, .resume_from = state}),
        std::invalid_argument);
    CHECK_THROWS_AS(fit(net, work, opt, mse{}, x, y,
                        {.epochs = 5, .validation_split = 0.2f, .metrics = {first}, .resume_from = state}),
                    std::invalid_argument);
    CHECK_THROWS_AS(fit(net, work, opt, loss, x, y, // the state has best weights
                        {.epochs = 5, .validation_split = 0.2f, .metrics = {first}, .resume_from = state}),
                    std::invalid_argument);
}

TEST_CASE("a disk that is full ends the training with an error, and the last checkpoints stay") {
    const tests::temporary_folder here;
    const std::string path = here / "file";
    run<noisy, float>(path, adam{}, 20, 3);
    const auto texts = [&] {
        return std::vector{tests::read_text(path), tests::read_text(path + ".1"),
                           tests::read_text(path + ".2")};
    };
    const std::vector<std::string> before = texts();
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{before.front().size() / 2, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    std::string said;
    try {
        run<noisy, float>(path, adam{}, 1000, 3);
    } catch (const std::runtime_error& error) {
        said = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, handler);
    CHECK(said.find(path) != std::string::npos);
    CHECK(texts() == before);
    CHECK(here.entries() == 3); // nothing beside them
    const tests::temporary_folder other;
    CHECK(run<noisy, float>(path, adam{}, 1000) == run<noisy, float>(other / "whole", adam{}, 1000));
}

TEST_CASE("a checkpoint needs a path, and keeps at least itself") {
    model<noisy> net;
    optimizer opt{net, adam{}};
    CHECK_THROWS_AS((checkpoint{"", net, opt}), std::invalid_argument);
    CHECK_THROWS_AS((checkpoint{"x", net, opt, {.keep = 0}}), std::invalid_argument);
    CHECK(!checkpoint{"/nowhere/at/all", net, opt}.restore().has_value());
    CHECK_THROWS_AS((checkpoint{"/nowhere/at/all", net, opt}.save({})), std::runtime_error);
}

namespace {

struct from_noise : network<strata::input<4>, dense<8>, batch_norm<>, relu, dense<6>> {};
struct judging : network<strata::input<6>, dense<8>, strata::tanh, dropout<0.3>, dense<1>> {};

/// A GAN's loop up to so many steps, kept after each; it comes to its weights and losses.
std::vector<double> run_gan(const std::string& path, std::size_t steps) {
    static const std::vector<float> real = tests::uniform_rows(batch_rows, 6, 1);
    model<from_noise> generator{seed{1}};
    model<judging> critic{seed{2}};
    workspace<from_noise, batch<batch_rows>> generator_work;
    workspace<judging, batch<batch_rows>> critic_work;
    optimizer generator_optimizer{generator, adam{}};
    optimizer critic_optimizer{critic, rmsprop{.learning_rate = 0.002f}};
    spectral_norm<judging> limit{critic, 0.5f, seed{3}};
    checkpoint file{path, checkpoint_part{"generator", generator, generator_optimizer},
                    checkpoint_part{"critic", critic, critic_optimizer}};
    const auto state = file.restore();
    const std::size_t done = state ? state->step : 0;
    if (done > 0) {
        limit.directions(file.numbers().at("directions"));
        critic_work.seed({5}, static_cast<std::uint64_t>(file.numbers().at("passes").at(0)));
    } else {
        critic_work.seed({5});
    }
    for (std::size_t step = done + 1; step <= steps; ++step) {
        std::vector<float> noise(batch_rows * 4);
        fill_normal(noise, 0.0f, 1.0f, seed{4}, streams::user + step);
        const rows_view fake = forward(generator, generator_work, as_rows(noise, shape<4>));
        const float on_real = accumulate(critic, critic_work, bce_with_logits{}, real, 1.0f);
        const float on_fake = accumulate(critic, critic_work, bce_with_logits{}, fake, 0.0f);
        critic_optimizer.step(critic, critic_work);
        limit.apply(critic);
        const auto slope = input_gradient(critic, critic_work, bce_with_logits{}, fake, 1.0f);
        backward_step(generator, generator_work, generator_optimizer, slope);
        for (const float loss : {on_real, on_fake, slope.loss})
            file.numbers()["losses"].push_back(double(loss));
        file.numbers()["passes"] = {static_cast<double>(critic_work.passes())};
        file.numbers()["directions"] = limit.directions();
        file.save({.step = step});
    }
    std::vector<double> all = file.numbers().at("losses");
    for (const float w : generator.storage()) all.push_back(double(w));
    for (const float w : critic.storage()) all.push_back(double(w));
    return all;
}

} // namespace

TEST_CASE("two networks in a loop of one's own go on with the bits of one that did not stop") {
    const tests::temporary_folder here;
    const std::vector<double> whole = run_gan(here / "whole", 12);
    for (std::size_t stop = 1; stop <= 12; ++stop) {
        CAPTURE(stop);
        const std::string path = here / "stopped";
        std::filesystem::remove(path);
        run_gan(path, stop);
        CHECK(run_gan(path, 12) == whole);
        CHECK(run_gan(path, 12) == whole);
    }
}

TEST_CASE("the parts of a checkpoint have names, by which their tensors are found") {
    const tests::temporary_folder here;
    model<from_noise> generator{seed{1}}, other{seed{2}};
    model<judging> critic{seed{3}};
    optimizer generator_optimizer{generator, adam{}};
    optimizer critic_optimizer{critic, adam{}};
    const std::string path = here / "file";
    checkpoint{path, checkpoint_options{.keep = 2}, checkpoint_part{"g", generator, generator_optimizer},
               checkpoint_part{"c", critic, critic_optimizer}}
        .save({});
    load(path, other, convention{}.within("g.model."));
    CHECK(std::equal(generator.storage().begin(), generator.storage().end(), other.storage().begin()));
    // Of other names, in another order, of fewer parts: another training's.
    const auto restored = [&](auto... parts) { return checkpoint{path, parts...}.restore().has_value(); };
    CHECK(restored(checkpoint_part{"g", generator, generator_optimizer},
                   checkpoint_part{"c", critic, critic_optimizer}));
    CHECK_THROWS_AS(restored(checkpoint_part{"a", generator, generator_optimizer},
                             checkpoint_part{"c", critic, critic_optimizer}),
                    std::runtime_error);
    CHECK_THROWS_AS(restored(checkpoint_part{"c", critic, critic_optimizer},
                             checkpoint_part{"g", generator, generator_optimizer}),
                    std::runtime_error);
    CHECK_THROWS_AS(restored(checkpoint_part{"g", generator, generator_optimizer}), std::runtime_error);
    CHECK_THROWS_AS(restored(checkpoint_part{"", generator, generator_optimizer}), std::runtime_error);
    // A damaged second part leaves the first as it is.
    const std::vector<float> before{generator.storage().begin(), generator.storage().end()};
    optimizer foreign{critic, sgd{}};
    generator.storage()[0] += 1.0f;
    CHECK_THROWS_AS(
        restored(checkpoint_part{"g", generator, generator_optimizer}, checkpoint_part{"c", critic, foreign}),
        std::runtime_error);
    CHECK(generator.storage()[0] == before[0] + 1.0f);
    for (const char* name : {"", "own", "model", "optimizer", "best", "fit", "a.b", "a b", "c"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(restored(checkpoint_part{"c", critic, critic_optimizer},
                                 checkpoint_part{name, generator, generator_optimizer}),
                        std::invalid_argument);
    }
}

TEST_CASE("numbers of one's own go with fit's state") {
    const tests::temporary_folder here;
    model<noisy> net;
    workspace<noisy, batch<10>> work;
    optimizer opt{net, sgd{}};
    const std::vector<float> x = tests::uniform_rows(20, 6, 1), y = tests::uniform_rows(20, 3, 2);
    checkpoint file{here / "file", net, opt};
    file.numbers()["none"] = {};
    fit(net, work, opt, mse{}, x, y,
        {.epochs = 3, .on_progress = [&](const fit_progress& progress) {
             if (progress.batch == 0) file.numbers()["a \"name\""].push_back(0.1 * double(progress.epoch));
             file(progress);
         }});
    checkpoint again{here / "file", net, opt};
    again.numbers()["of before"] = {1};
    // None there, or none that fits: they stay.
    checkpoint nowhere{here / "none", net, opt};
    nowhere.numbers()["of before"] = {1};
    CHECK(!nowhere.restore().has_value());
    CHECK(nowhere.numbers().at("of before") == std::vector<double>{1});
    optimizer foreign{net, adam{}};
    checkpoint other{here / "file", net, foreign};
    other.numbers()["of before"] = {1};
    CHECK_THROWS_AS(static_cast<void>(other.restore()), std::runtime_error);
    CHECK(other.numbers().size() == 1);
    REQUIRE(again.restore().has_value());
    CHECK(again.numbers() == std::map<std::string, std::vector<double>>{
                                 {"none", {}}, {"a \"name\"", {0.1 * 1, 0.1 * 2, 0.1 * 3}}});
}

TEST_CASE("numbers of one's own stay in the file of a training that is resumed again and again") {
    const tests::temporary_folder here;
    const std::vector<float> x = tests::uniform_rows(20, 6, 1), y = tests::uniform_rows(20, 3, 2);
    for (std::size_t run = 0; run < 4; ++run) {
        CAPTURE(run);
        model<noisy> net;
        workspace<noisy, batch<10>> work;
        optimizer opt{net, sgd{}};
        checkpoint file{here / "file", net, opt};
        if (run == 0) file.numbers()["mean"] = {0.5};
        fit(net, work, opt, mse{}, x, y,
            {.epochs = 4,
             .after_epoch = [](const epoch_report&) { return false; },
             .on_progress = file, // a copy, before restore() has read any
             .resume_from = file.restore()});
        checkpoint again{here / "file", net, opt};
        const auto state = again.restore();
        REQUIRE(state.has_value());
        CHECK(state->epoch == run + 1);
        CHECK(again.numbers() == std::map<std::string, std::vector<double>>{{"mean", {0.5}}});
    }
}

TEST_CASE("a checkpoint of several networks refuses best weights, which no later run could go on with") {
    const tests::temporary_folder here;
    model<noisy> net, other;
    workspace<noisy, batch<10>> work;
    optimizer opt{net, sgd{}}, other_opt{other, sgd{}};
    const std::vector<float> x = tests::uniform_rows(20, 6, 1), y = tests::uniform_rows(20, 3, 2);
    checkpoint file{here / "file", checkpoint_part{"one", net, opt},
                    checkpoint_part{"two", other, other_opt}};
    CHECK_THROWS_WITH_AS(
        fit(net, work, opt, mse{}, x, y, {.restore_best_weights = true, .on_progress = file}),
        doctest::Contains("a checkpoint of several networks keeps no best weights"), std::invalid_argument);
    CHECK_FALSE(file.restore().has_value());
    CHECK_NOTHROW(fit(net, work, opt, mse{}, x, y, {.on_progress = file}));
    CHECK(file.restore().has_value());
}
