// benchmark_records make ROWS FOLDER: made-up police records with a crosswalk and a study for `cifra records`.
// benchmark_records read FILE: what fast-cpp-csv-parser takes to read the same columns and do nothing with them.
#include <fmt/format.h>
#include <libfccp/csv.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace cifra::benchmark {

namespace {

constexpr int offences = 600;
constexpr const char* codes[] = {"0101", "020112", "040111", "05012", "050211", "05022", "07011", "060111"};

class Numbers {
public:
    std::uint64_t below(std::uint64_t bound) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return (state_ >> 33U) % bound;
    }

private:
    std::uint64_t state_ = 1;
};

// Every fourth offence is told apart by conditions, every tenth by shares.
void write_crosswalk(const std::filesystem::path& folder) {
    std::ofstream file(folder / "crosswalk.yaml");
    file << "name: Made up\nversion: \"1\"\nfields:\n  violence: {codes: [\"1\", \"2\"]}\n  age: {range: [0, 120]}\n"
         << "offences:\n";
    for (int k = 0; k < offences; ++k) file << fmt::format("  - {{code: N{}}}\n", k);
    file << "rows:\n";
    const auto row = [&](int k, int code, const std::string& rest) {
        file << fmt::format("  - {{offence: N{}, iccs: \"{}\", above_leaf: true, basis: automatic{}}}\n", k,
                            codes[code % 8], rest);
    };
    for (int k = 0; k < offences; ++k) {
        if (k % 4 == 0) {
            row(k, k, fmt::format(", condition: violence is \"1\" and age < {}", 10 + k % 50));
            row(k, k + 1, ", condition: else");
        } else if (k % 10 == 1) {
            row(k, k, ", share: 0.25, source: sample");
            row(k, k + 1, ", share: 0.75, source: sample");
        } else {
            row(k, k, "");
        }
    }
}

void write_study(const std::filesystem::path& folder) {
    std::ofstream(folder / "study.yaml")
        << "study: Records\nrecords:\n  crosswalk: crosswalk.yaml\n  files: records.csv\n  code: code\n  date: date\n"
        << "  institution: office\n  keep: [id]\n  counting: {moment: input, unit: offence, principal_offence: "
           "\"yes\",\n"
        << "    multiple_offenders: one, serial_offences: one, date_basis: event, attempts: included, coverage: all}\n";
}

void write_records(const std::filesystem::path& folder, std::uint64_t rows) {
    std::ofstream file(folder / "records.csv");
    file << "id,code,date,office,violence,age,note\n";
    Numbers numbers;
    for (std::uint64_t k = 0; k < rows; ++k)
        file << fmt::format("{},N{},{}-{:02}-{:02},office{},{},{},n{}\n", k, numbers.below(offences),
                            2018 + numbers.below(5), 1 + numbers.below(12), 1 + numbers.below(28), numbers.below(30),
                            1 + numbers.below(2), numbers.below(100), numbers.below(1000000));
}

int read(const char* name) {
    io::CSVReader<6> file(name);
    file.read_header(io::ignore_extra_column, "id", "code", "date", "office", "violence", "age");
    const char *id = nullptr, *code = nullptr, *date = nullptr, *office = nullptr, *violence = nullptr;
    std::uint64_t rows = 0, ages = 0;
    int age = 0;
    while (file.read_row(id, code, date, office, violence, age)) {
        ++rows;
        ages += static_cast<std::uint64_t>(age);
    }
    fmt::print("{} rows, {}\n", rows, ages);
    return 0;
}

}  // namespace

int run(int count, char** words) {
    const std::string what = count > 1 ? words[1] : "";
    if (what == "read" && count == 3) return read(words[2]);
    if (what != "make" || count != 4) {
        fmt::print(stderr, "usage: benchmark_records make ROWS FOLDER | read FILE\n");
        return 2;
    }
    const std::filesystem::path folder = words[3];
    std::filesystem::create_directories(folder);
    write_crosswalk(folder);
    write_study(folder);
    write_records(folder, std::stoull(words[2]));
    return 0;
}

}  // namespace cifra::benchmark

int main(int count, char** words) { return cifra::benchmark::run(count, words); }
