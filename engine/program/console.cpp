#include "engine/program/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>
#include <system_error>

namespace cifra {

namespace {

// "about 3 min left", once enough is done to tell.
std::string time_left(double seconds, double share) {
    if (seconds < 3 || share < 0.02 || share >= 1) return "";
    const double left = seconds / share * (1 - share);
    return left < 90 ? fmt::format("about {:.0f} s left", left) : fmt::format("about {:.0f} min left", left / 60);
}

// Shows how much of one piece of work is done and when it may be over; a share that falls begins another piece.
class ProgressBar {
public:
    void show(std::string_view what, double share) {
        constexpr int width = 30;
        if (what != what_ || share < share_) begun_ = Clock::now();
        what_ = what;
        share_ = share;
        const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
        const int filled = static_cast<int>(share * width);
        fmt::print(stderr, "\r{:<28.28} [{:=<{}}{: <{}}] {:3.0f} % {:<20}", what, "", filled, "", width - filled,
                   100 * share, time_left(seconds, share));
        if (share >= 1) fmt::print(stderr, "\r{:<88}\r", "");
        std::fflush(stderr);
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point begun_ = Clock::now();
    std::string what_;
    double share_ = 0;
};

}  // namespace

Context console_context(Options options) {
    Context context;
    context.options = std::move(options);
    context.say = [](const std::string& line) { fmt::print("{}\n", line); };
    context.report = [](const Diagnostic& item) { fmt::print(stderr, "{}\n", to_text(item)); };
    if (isatty(STDERR_FILENO) == 1)
        context.progress = [bar = ProgressBar()](std::string_view what, double share) mutable {
            bar.show(what, share);
        };
    return context;
}

ExitCode guarded(const std::function<void()>& work) {
    try {
        work();
        if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "standard output");
        return ExitCode::done;
    } catch (const InputError& faults) {
        fmt::print(stderr, "{}\n", faults.what());
        const std::size_t count = faults.diagnostics().error_count();
        fmt::print(stderr, "{} fault{} in the input; nothing was written\n", count, count == 1 ? "" : "s");
        return ExitCode::bad_input;
    } catch (const Refusal& refusal) {
        fmt::print(stderr, "refused: {}\n", refusal.what());
        return ExitCode::refused;
    } catch (const std::system_error& fault) {
        fmt::print(stderr, "error: {} [system]\n    check the free space and the permissions\n", fault.what());
        return ExitCode::bad_input;
    } catch (const std::exception& fault) {
        fmt::print(stderr, "internal fault: {}\nThis is a fault of cifra, not of your files; please report it.\n",
                   fault.what());
        return ExitCode::fault;
    }
}

}  // namespace cifra
