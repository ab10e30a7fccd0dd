// benchmark_fccp FILE: what fast-cpp-csv-parser takes to read the 17 columns of T2 and to add them up, without checks,
// domains or variances.
#include <libfccp/csv.h>

#include <array>
#include <cstdio>

int main(int count, char** words) {
    if (count != 2) return 2;
    io::CSVReader<17> file(words[1]);
    file.read_header(io::ignore_extra_column, "stratum", "psu", "weight", "region", "sex", "v1", "v2", "v3", "v4", "v5",
                     "v6", "v7", "v8", "v9", "v10", "v11", "v12");
    int stratum = 0, psu = 0, region = 0, sex = 0;
    double weight = 0, weights = 0;
    std::array<int, 12> v{};
    long codes = 0;
    while (file.read_row(stratum, psu, weight, region, sex, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9],
                         v[10], v[11])) {
        weights += weight;
        codes += stratum + psu + region + sex;
        for (const int victim : v) codes += victim;
    }
    std::printf("%.6f %ld\n", weights, codes);
}
