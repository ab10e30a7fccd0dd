// SQL as text: quoting, types, faults and their places. What the SQL computes is tested against a server.
#include "engine/warehouse/sql.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "engine/random.h"

namespace cifra {
namespace {

SqlSource survey() {
    SqlSource source;
    source.columns = {{"edad", "UInt8", {}},          {"sexo", "String", {}},        {"loss", "Nullable(Float64)", {}},
                      {"zone", "FixedString(2)", {}}, {"tags", "Array(String)", {}}, {"when", "Date", {}}};
    return source;
}

struct Compiled {
    std::optional<SqlValue> sql;
    Diagnostics faults;
};

Compiled compiled(const std::string& text, const SqlSource& source = survey()) {
    Compiled result;
    const auto expression = parse_expression(text, {"tables.yaml", 7, 10}, schema_of(source), result.faults);
    if (expression) result.sql = sql_of(*expression, source, {"tables.yaml", 7, 10}, result.faults);
    return result;
}

std::string value(const std::string& text) {
    const Compiled result = compiled(text);
    return result.sql ? result.sql->value : "";
}

TEST(WarehouseSqlText, Quoting) {
    EXPECT_EQ(sql_identifier("edad"), "`edad`");
    EXPECT_EQ(sql_identifier("a`b\\c"), "`a\\`b\\\\c`");
    EXPECT_EQ(sql_text("it's"), "'it\\'s'");
    EXPECT_EQ(sql_text(std::string("a\0b\nc\\", 6)), "'a\\0b\\nc\\\\'");
    EXPECT_EQ(sql_text("'); DROP TABLE t --"), "'\\'); DROP TABLE t --'");
}

TEST(WarehouseSqlText, NumbersReadBackAsTheSameDouble) {
    EXPECT_EQ(sql_number(18), "18.");
    EXPECT_EQ(sql_number(-0.0), "-0.");
    EXPECT_EQ(sql_number(0.1), "0.10000000000000001");
    EXPECT_EQ(sql_number(std::numeric_limits<double>::infinity()), "nan");
    Stream chance({.seed = 1, .unit = stable_hash("numbers")});
    for (int k = 0; k < 5000; ++k) {
        const double x = std::ldexp(chance.uniform() - 0.5, static_cast<int>(chance.below(1900)) - 950);
        EXPECT_EQ(std::strtod(sql_number(x).c_str(), nullptr), x);
    }
}

TEST(WarehouseSqlText, TypesOfColumns) {
    const std::map<std::string, SqlKind> kinds = {{"UInt8", SqlKind::integer},
                                                  {"Int64", SqlKind::integer},
                                                  {"Float32", SqlKind::real},
                                                  {"Decimal(15, 2)", SqlKind::real},
                                                  {"Decimal(16, 2)", SqlKind::unsupported},
                                                  {"String", SqlKind::text},
                                                  {"FixedString(4)", SqlKind::fixed_text},
                                                  {"Enum8('a' = 1)", SqlKind::other_text},
                                                  {"DateTime('UTC')", SqlKind::other_text},
                                                  {"Array(UInt8)", SqlKind::unsupported},
                                                  {"UInt128", SqlKind::unsupported}};
    for (const auto& [name, kind] : kinds) {
        EXPECT_EQ(sql_type(name).kind, kind) << name;
        EXPECT_FALSE(sql_type(name).nullable) << name;
        EXPECT_EQ(sql_type("Nullable(" + name + ")").kind, kind) << name;
        EXPECT_TRUE(sql_type("LowCardinality(Nullable(" + name + "))").nullable) << name;
    }
}

TEST(WarehouseSqlText, TheSchemaHoldsWhatExpressionsMayUse) {
    const Schema schema = schema_of(survey());
    EXPECT_EQ(schema.find("edad"), Type::number);
    EXPECT_EQ(schema.find("loss"), Type::number);
    EXPECT_EQ(schema.find("zone"), Type::text);
    EXPECT_EQ(schema.find("when"), Type::text);
    EXPECT_FALSE(schema.find("tags"));
}

// What is asked most often must be as plain as by hand.
TEST(WarehouseSqlText, PlainConditionsStayPlain) {
    EXPECT_EQ(value("edad >= 18"), "greaterOrEquals(toFloat64(`edad`), 18.)");
    EXPECT_EQ(value("edad >= 18 and edad < 65 and edad != 30"),
              "and(greaterOrEquals(toFloat64(`edad`), 18.), less(toFloat64(`edad`), 65.), "
              "notEquals(toFloat64(`edad`), 30.))");
    EXPECT_EQ(value("sexo in ['1', '2']"),
              "equals(multiIf(equals(`sexo`, ''), 1, in(`sexo`, tuple('1', '2')), 2, 0), 2)");
    EXPECT_EQ(compiled("edad >= 18").sql->missing, "0");
    EXPECT_EQ(compiled("edad + 1").sql->value, "plus(toFloat64(`edad`), 1.)");
}

TEST(WarehouseSqlText, DeclaredCodesAreMissing) {
    SqlSource source = survey();
    Codebook codebook;
    codebook.variables.resize(2);
    codebook.variables[0].name = "edad";
    codebook.variables[0].missing = {{"98", Missing::refused}, {"99", Missing::dont_know}};
    codebook.variables[1].name = "loss";
    codebook.variables[1].blank = Missing::not_asked;
    declare_missing(source, codebook);
    EXPECT_EQ(source.find("loss")->blank, Missing::not_asked);
    EXPECT_EQ(compiled("edad is dk", source).sql->value, "equals(plus(toFloat64(`edad`), 0.), 99.)");
    EXPECT_EQ(compiled("loss is dk", source).sql->value, "0");
    EXPECT_EQ(compiled("edad is missing", source).sql->missing, "0");
}

TEST(WarehouseSqlText, WhatCannotBeSaidExactlyIsAFaultAtItsPlace) {
    const Compiled exp = compiled("edad > 1 and exp(edad) > 2");
    ASSERT_EQ(exp.faults.items().size(), 1U);
    EXPECT_FALSE(exp.sql);
    EXPECT_EQ(exp.faults.items()[0].code, "not-in-sql");
    EXPECT_EQ(exp.faults.items()[0].where, (Location{"tables.yaml", 7, 23}));
    SqlSource sure = survey();
    sure.same_exp_and_log = true;
    EXPECT_TRUE(compiled("exp(edad) > 2", sure).sql);
}

TEST(WarehouseSqlText, ATypeThatCannotBeConvertedExactlyIsAFault) {
    Schema schema;
    schema.add("sexo", Type::number);
    schema.add("tags", Type::text);
    schema.add("edad", Type::text);
    for (const auto& [text, good] :
         std::map<std::string, bool>{{"sexo = 1", false}, {"tags = ''", false}, {"edad = '18'", true}}) {
        Diagnostics faults;
        const auto expression = parse_expression(text, {"tables.yaml", 7, 10}, schema, faults);
        EXPECT_EQ(sql_of(*expression, survey(), {"tables.yaml", 7, 10}, faults).has_value(), good) << text;
        EXPECT_EQ(faults.contains("not-in-sql"), !good) << text;
    }
    Diagnostics faults;
    EXPECT_FALSE(sql_key(*survey().find("tags"), {"tables.yaml", 7, 10}, faults));
    EXPECT_TRUE(faults.contains("not-in-sql"));
}

TEST(WarehouseSqlText, LongChainsAreShallowAndDeepOnesAreFaults) {
    std::string chain = "edad = 0", sum = "edad";
    for (int k = 1; k < 1000; ++k) {
        chain += " or edad = " + std::to_string(k);
        sum += " + edad";
    }
    EXPECT_TRUE(compiled(chain).sql);
    const Compiled deep = compiled(sum);
    EXPECT_FALSE(deep.sql);
    EXPECT_TRUE(deep.faults.contains("expression-too-large"));
}

}  // namespace
}  // namespace cifra
