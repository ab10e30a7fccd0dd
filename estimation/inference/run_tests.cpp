#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimation/inference/independence.h"
#include "estimation/inference/test_plan.h"

namespace cifra {

namespace {

class TestRun {
public:
    TestRun(const SurveyData& data, const TestPlan& plan, double level, ResultRows& table, Diagnostics& faults)
        : data_(data), plan_(plan), level_(level), table_(table), faults_(faults) {}

    void run() {
        switch (plan_.kind) {
            case TestKind::independence:
                return independence();
            case TestKind::goodness_of_fit:
                return goodness_of_fit();
            default:
                return comparison();
        }
    }

private:
    void read(const std::vector<Expr>& expressions) {
        std::vector<Column> columns;
        for (const Expr& expression : expressions)
            columns.push_back(data_.hierarchy.evaluate(plan_.domain.level, expression));
        records_ = complete_records(data_, plan_.domain, std::move(columns));
    }

    // The columns begin .. of `expressions`, crossed.
    Categories categories(const std::vector<Expr>& expressions, std::size_t begin) const {
        Categories result;
        for (std::size_t i = 0; i < expressions.size(); ++i) {
            Categories next = categories_of(records_.columns[begin + i], expressions[i].type(), records_.sample);
            result = i == 0 ? std::move(next) : crossed(result, next);
        }
        return result;
    }

    void write(const TestResult& result, const std::string& contrast) {
        std::vector<std::string> notices = result.notices;
        for (std::string& notice : missing_notice(records_.missing_share)) notices.push_back(std::move(notice));
        table_.add_row({plan_.domain.id, result.test, contrast, joined(notices)},
                       {result.estimate, result.se, result.statistic, result.df1, result.df2, result.p, result.lower,
                        result.upper, static_cast<double>(records_.sample.rows.size())});
    }

    void independence() {
        std::vector<Expr> all = plan_.rows;
        all.insert(all.end(), plan_.columns.begin(), plan_.columns.end());
        read(all);
        const Categories rows = categories(plan_.rows, 0), columns = categories(plan_.columns, plan_.rows.size());
        const std::size_t n = plan_.all_records ? records_.domain_rows : records_.sample.rows.size();
        const TwoWay table{rows.code, columns.code, rows.names.size(), columns.names.size(), static_cast<double>(n)};
        for (const TestResult& result : test_independence(records_.sample, table, plan_.statistics)) write(result, "");
    }

    void goodness_of_fit() {
        read(plan_.rows);
        const Categories found = categories(plan_.rows, 0);
        std::vector<double> shares;
        std::vector<std::uint32_t> place;
        for (const auto& [name, share] : plan_.shares) shares.push_back(share);
        for (const std::string& name : found.names) {
            const auto known = std::find_if(plan_.shares.begin(), plan_.shares.end(),
                                            [&](const auto& share) { return share.first == name; });
            if (known == plan_.shares.end())
                faults_.error(
                    plan_.domain.place, "unknown-category",
                    fmt::format("test '{}': no share is given for a category that has records", plan_.domain.id),
                    "give a share for every category, or leave it out with 'where'");
            place.push_back(static_cast<std::uint32_t>(known - plan_.shares.begin()));
        }
        if (faults_.has_errors()) return;
        std::vector<std::uint32_t> category;
        for (const std::uint32_t code : found.code) category.push_back(place[code]);
        write(test_goodness_of_fit(records_.sample, category, shares), "");
    }

    void comparison() {
        std::vector<Expr> all = {*plan_.value};
        if (plan_.minus) all.push_back(*plan_.minus);
        if (plan_.by) all.push_back(*plan_.by);
        read(all);
        Eigen::VectorXd value = numbers_of(records_.columns[0], records_.sample);
        if (plan_.minus) value -= numbers_of(records_.columns[1], records_.sample);
        if (!plan_.by) return write(test_mean(records_.sample, value, plan_.null, level_), "");
        const Categories groups = categories({*plan_.by}, all.size() - 1);
        std::string name = "t";
        if (plan_.kind == TestKind::rank) {
            value = rank_scores(records_.sample, value, plan_.method, plan_.ties);
            name = rank_test_names()[static_cast<std::size_t>(plan_.method)];
        }
        const std::string contrast =
            groups.names.size() == 2 ? fmt::format("{} - {}", groups.names[1], groups.names[0]) : "";
        TestResult result = test_group_means(records_.sample, value, groups.code, groups.names.size(), level_, name,
                                             plan_.kind == TestKind::rank);
        if (groups.names.size() > 2) result.notices.push_back(fmt::format("F test of {} groups", groups.names.size()));
        write(result, contrast);
    }

    const SurveyData& data_;
    const TestPlan& plan_;
    double level_;
    ResultRows& table_;
    Diagnostics& faults_;
    CompleteRecords records_;
};

}  // namespace

Table run_tests(const SurveyData& data, const std::vector<TestPlan>& plans, double level, Diagnostics& faults) {
    ResultRows table(
        {"id", "test", "contrast", "estimate", "se", "statistic", "df1", "df2", "p", "lower", "upper", "n", "notices"},
        {"id", "test", "contrast", "notices"});
    for (const TestPlan& plan : plans) TestRun(data, plan, level, table, faults).run();
    return table.finish();
}

}  // namespace cifra
