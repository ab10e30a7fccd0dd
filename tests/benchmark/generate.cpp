// benchmark_data ROWS: the made-up survey of persons.h on standard output.
#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "tests/benchmark/persons.h"

namespace cifra::benchmark {

int generate(std::string_view text) {
    std::size_t rows = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, rows);
    if (error != std::errc{} || stopped != end || rows < fewest_rows || rows > most_rows) {
        fmt::print(stderr, "usage: benchmark_data ROWS > persons.csv    ({} to {} rows)\n", fewest_rows, most_rows);
        return 2;
    }
    if (write_persons(rows, stdout)) return 0;
    fmt::print(stderr, "benchmark_data: standard output cannot be written\n");
    return 1;
}

}  // namespace cifra::benchmark

int main(int count, char** words) { return cifra::benchmark::generate(count == 2 ? words[1] : ""); }
