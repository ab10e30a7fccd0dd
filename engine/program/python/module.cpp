// The extension module behind the Python package: frames and specifications in, calls of binding/calls.h, tables out.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "engine/command.h"
#include "engine/program/binding/calls.h"
#include "engine/program/binding/frames.h"

namespace py = pybind11;

// Handed over as they are, not cell by cell.
PYBIND11_MAKE_OPAQUE(cifra::binding::Frames);

namespace {

using namespace cifra;
using binding::Answer;
using binding::Frames;
using binding::Settings;

template <class Number>
std::optional<Column> numbers_if(const py::array& values) {
    if (!py::dtype::of<Number>().equal(values.dtype())) return std::nullopt;
    return binding::number_column(static_cast<const Number*>(values.data()), static_cast<std::size_t>(values.size()),
                                  values.ndim() == 1 ? values.strides(0) : 0);
}

template <class... Numbers>
Column numbers_of(const py::array& values) {
    std::optional<Column> column;
    if (!((column = numbers_if<Numbers>(values)) || ...)) throw py::type_error("a column holds no numbers");
    return *column;
}

Column column_of(const py::array& values) {
    return numbers_of<double, float, std::int64_t, std::int32_t, std::int16_t, std::int8_t, std::uint64_t,
                      std::uint32_t, std::uint16_t, std::uint8_t, bool>(values);
}

using Codes = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

// Columns as (name, numbers) or (name, codes, words).
Table table_of(const py::iterable& columns) {
    Table table;
    for (const py::handle& item : columns) {
        const auto column = py::cast<py::tuple>(item);
        if (column.size() == 2) {
            table.set(py::cast<std::string>(column[0]), column_of(py::cast<py::array>(column[1])));
            continue;
        }
        const auto codes = py::cast<Codes>(column[1]);
        table.set(py::cast<std::string>(column[0]),
                  binding::code_column({codes.data(), static_cast<std::size_t>(codes.size())},
                                       py::cast<std::vector<std::string>>(column[2])));
    }
    return table;
}

Frames frames_of(const py::dict& given) {
    Frames frames;
    for (const auto& [name, columns] : given)
        frames.emplace_back(py::cast<std::string>(name), table_of(py::cast<py::iterable>(columns)));
    return frames;
}

YamlValue tree_of(const py::handle& value, const std::string& what) {
    if (value.is_none()) return {};
    if (py::isinstance<py::bool_>(value)) return binding::scalar_value(py::cast<bool>(value) ? "true" : "false", what);
    if (py::isinstance<py::float_>(value)) return binding::scalar_value(shortest(py::cast<double>(value)), what);
    if (py::isinstance<py::dict>(value)) {
        std::vector<std::pair<std::string, YamlValue>> entries;
        for (const auto& [key, entry] : py::cast<py::dict>(value))
            entries.emplace_back(py::cast<std::string>(py::str(key)), tree_of(entry, what));
        return binding::map_value(std::move(entries), what);
    }
    if (py::isinstance<py::list>(value) || py::isinstance<py::tuple>(value)) {
        std::vector<YamlValue> items;
        for (const py::handle& item : value) items.push_back(tree_of(item, what));
        return binding::list_value(std::move(items), what);
    }
    return binding::scalar_value(py::cast<std::string>(py::str(value)), what);
}

// A tree, or the path of a YAML file.
YamlValue specification(const py::handle& value, const std::string& what) {
    if (!py::isinstance<py::str>(value)) return tree_of(value, what);
    Diagnostics faults;
    YamlValue tree = read_yaml(py::cast<std::string>(value), faults);
    faults.throw_if_errors();
    return tree;
}

Settings settings_of(const py::dict& given) {
    Settings settings;
    settings.directory = py::cast<std::string>(given["directory"]);
    settings.out = py::cast<std::string>(given["out"]);
    settings.seed = py::cast<std::uint64_t>(given["seed"]);
    settings.threads = py::cast<int>(given["threads"]);
    if (given.contains("weighting")) settings.weighting = specification(given["weighting"], "weighting");
    return settings;
}

py::list listed(const Diagnostics& diagnostics) {
    static constexpr const char* words[] = {"note", "warning", "error"};
    py::list items;
    for (const Diagnostic& item : diagnostics.items())
        items.append(py::make_tuple(words[static_cast<std::size_t>(item.severity)], item.where.file, item.where.line,
                                    item.where.column, item.code, item.message, item.hint));
    return items;
}

py::object cells_of(const Column& column) {
    const auto rows = static_cast<py::ssize_t>(column.size());
    if (!column.is_number()) {
        py::array_t<std::int64_t> codes(rows);
        for (py::ssize_t row = 0; row < rows; ++row) {
            const auto at = static_cast<std::size_t>(row);
            codes.mutable_at(row) = column.present(at) ? static_cast<std::int64_t>(column.codes()[at]) : -1;
        }
        return py::make_tuple(codes, column.dictionary());
    }
    py::array_t<double> numbers(rows);
    for (py::ssize_t row = 0; row < rows; ++row) {
        const auto at = static_cast<std::size_t>(row);
        numbers.mutable_at(row) = column.present(at) ? column.number(at) : std::numeric_limits<double>::quiet_NaN();
    }
    return numbers;
}

py::tuple handed_over(const Answer& answer) {
    py::dict tables;
    for (const auto& [name, table] : answer.tables) {
        py::dict columns;
        for (std::size_t c = 0; c < table.width(); ++c) columns[py::str(table.names()[c])] = cells_of(table.column(c));
        tables[py::str(name)] = columns;
    }
    return py::make_tuple(tables, listed(answer.notes));
}

template <class Call>
py::tuple called(const Call& call) {
    Answer answer;
    {
        const py::gil_scoped_release released;
        answer = call();
    }
    return handed_over(answer);
}

py::tuple estimate(const py::object& design, const py::object& tables, const Frames& frames, const py::dict& settings) {
    const YamlValue of_design = specification(design, "design"), of_tables = specification(tables, "tables");
    const Settings set = settings_of(settings);
    return called([&] { return binding::estimate(of_design, of_tables, frames, set); });
}

py::tuple weigh(const py::object& plan, const Frames& frames, const py::dict& settings) {
    const YamlValue of_plan = specification(plan, "plan");
    const Settings set = settings_of(settings);
    return called([&] { return binding::weigh(of_plan, frames, set); });
}

py::tuple draw(const py::object& plan, const Frames& frames, const py::dict& settings) {
    const YamlValue of_plan = specification(plan, "plan");
    const Settings set = settings_of(settings);
    return called([&] { return binding::draw(of_plan, frames, set); });
}

// As the exceptions of cifra/_errors.py.
void raise(const char* type, const std::string& text, const py::list& diagnostics) {
    const py::object exception = py::module_::import("cifra._errors").attr(type);
    PyErr_SetObject(exception.ptr(), exception(text, diagnostics).ptr());
}

void translate(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const InputError& error) {
        raise("InputError", error.what(), listed(error.diagnostics()));
    } catch (const Refusal& refusal) {
        raise("Refusal", refusal.what(), py::list());
    }
}

}  // namespace

PYBIND11_MODULE(_engine, module) {
    py::register_exception_translator(translate);
    module.attr("version") = std::string(version);
    py::class_<Frames>(module, "Frames", "Data frames as the engine holds them, each column copied once.")
        .def(py::init(&frames_of), py::arg("frames"));
    module.def("estimate", &estimate, py::arg("design"), py::arg("tables"), py::arg("frames"), py::arg("settings"));
    module.def("weigh", &weigh, py::arg("plan"), py::arg("frames"), py::arg("settings"));
    module.def("draw", &draw, py::arg("plan"), py::arg("frames"), py::arg("settings"));
}
