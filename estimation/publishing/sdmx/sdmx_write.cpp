#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "engine/csv.h"
#include "estimation/publishing/sdmx/sdmx_table.h"

namespace cifra {

namespace {

constexpr const char* schemas = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/";

// Writes the elements of a structure message (SDMX-ML 3.0, SDMXStructure.xsd).
class StructureWriter {
public:
    StructureWriter(const SdmxTable& table, const PageTexts& texts, const SdmxPlan& plan)
        : table_(table), texts_(texts), plan_(plan) {}

    std::string write() {
        pugi::xml_document document;
        pugi::xml_node declaration = document.append_child(pugi::node_declaration);
        declaration.append_attribute("version") = "1.0";
        declaration.append_attribute("encoding") = "UTF-8";
        pugi::xml_node message = document.append_child("mes:Structure");
        for (const char* space : {"message", "structure", "common"})
            message.append_attribute(fmt::format("xmlns:{}", std::string(space).substr(0, 3)).c_str()) =
                (std::string(schemas) + space).c_str();
        header(message.append_child("mes:Header"));
        pugi::xml_node structures = message.append_child("mes:Structures");
        dataflow(structures.append_child("str:Dataflows"));
        codelists(structures.append_child("str:Codelists"));
        concepts(structures.append_child("str:ConceptSchemes"));
        data_structure(structures.append_child("str:DataStructures"));
        std::ostringstream text;
        document.save(text, " ", pugi::format_default | pugi::format_skip_control_chars, pugi::encoding_utf8);
        return text.str();
    }

private:
    static void text(pugi::xml_node parent, const char* name, const std::string& content) {
        parent.append_child(name).text() = content.c_str();
    }

    void header(pugi::xml_node header) const {
        text(header, "mes:ID", plan_.id);
        text(header, "mes:Test", "false");
        text(header, "mes:Prepared", plan_.prepared + "T00:00:00");
        header.append_child("mes:Sender").append_attribute("id") = plan_.sender.c_str();
    }

    static void names(pugi::xml_node item, const Labels& labels, const std::string& fallback) {
        const Labels shown = labels.empty() ? Labels{{"en", fallback}} : labels;
        for (const auto& [language, label] : shown) {
            pugi::xml_node name = item.append_child("com:Name");
            name.append_attribute("xml:lang") = language.empty() ? "en" : language.c_str();
            name.text() = label.c_str();
        }
    }

    pugi::xml_node maintained(pugi::xml_node parent, const char* element, const std::string& id, const Labels& labels,
                              bool partial = false) const {
        pugi::xml_node item = parent.append_child(element);
        item.append_attribute("id") = id.c_str();
        item.append_attribute("agencyID") = plan_.agency.c_str();
        item.append_attribute("version") = plan_.version.c_str();
        if (partial) item.append_attribute("isPartial") = "true";
        names(item, labels, id);
        return item;
    }

    std::string urn(std::string_view kind, const std::string& id, const std::string& item = {}) const {
        return fmt::format("urn:sdmx:org.sdmx.infomodel.{}={}:{}({}){}{}", kind, plan_.agency, id, plan_.version,
                           item.empty() ? "" : ".", item);
    }

    void dataflow(pugi::xml_node parent) const {
        pugi::xml_node flow = maintained(parent, "str:Dataflow", plan_.dataflow, texts_.title);
        text(flow, "str:Structure", urn("datastructure.DataStructure", plan_.id));
    }

    void codelists(pugi::xml_node parent) const {
        for (const SdmxComponent& component : table_.components) {
            if (!component.coded) continue;
            pugi::xml_node list = maintained(parent, "str:Codelist", "CL_" + component.id, component.name, true);
            for (const auto& [id, label] : component.codes) {
                pugi::xml_node code = list.append_child("str:Code");
                code.append_attribute("id") = id.c_str();
                names(code, label, id);
            }
        }
    }

    void concepts(pugi::xml_node parent) const {
        pugi::xml_node scheme = maintained(parent, "str:ConceptScheme", "CS_" + plan_.id, {});
        for (const SdmxComponent& component : table_.components) {
            pugi::xml_node item = scheme.append_child("str:Concept");
            item.append_attribute("id") = component.id.c_str();
            names(item, component.name, component.id);
        }
    }

    pugi::xml_node component_node(pugi::xml_node list, const char* element, const SdmxComponent& component) const {
        pugi::xml_node node = list.append_child(element);
        node.append_attribute("id") = component.id.c_str();
        text(node, "str:ConceptIdentity", urn("conceptscheme.Concept", "CS_" + plan_.id, component.id));
        pugi::xml_node representation = node.append_child("str:LocalRepresentation");
        if (component.coded)
            text(representation, "str:Enumeration", urn("codelist.Codelist", "CL_" + component.id));
        else
            representation.append_child("str:TextFormat").append_attribute("textType") =
                component.role == SdmxRole::time ? "ObservationalTimePeriod"
                : component.number               ? "Double"
                                                 : "String";
        return node;
    }

    void data_structure(pugi::xml_node parent) const {
        pugi::xml_node parts =
            maintained(parent, "str:DataStructure", plan_.id, texts_.title).append_child("str:DataStructureComponents");
        pugi::xml_node dimensions = list_of(parts, "str:DimensionList", "DimensionDescriptor");
        pugi::xml_node attributes = list_of(parts, "str:AttributeList", "AttributeDescriptor");
        pugi::xml_node measures = list_of(parts, "str:MeasureList", "MeasureDescriptor");
        int position = 0;
        for (const SdmxComponent& component : table_.components) {
            if (component.role == SdmxRole::dimension)
                component_node(dimensions, "str:Dimension", component).append_attribute("position") = ++position;
            else if (component.role == SdmxRole::time)
                component_node(dimensions, "str:TimeDimension", component);
            else if (component.role == SdmxRole::measure)
                component_node(measures, "str:Measure", component).append_attribute("usage") = "optional";
            else
                attribute(component_node(attributes, "str:Attribute", component), component);
        }
    }

    static pugi::xml_node list_of(pugi::xml_node parent, const char* element, const char* id) {
        pugi::xml_node list = parent.append_child(element);
        list.append_attribute("id") = id;
        return list;
    }

    static void attribute(pugi::xml_node node, const SdmxComponent& component) {
        const bool always = component.id == "UNIT_MEASURE" || component.id == "OBS_STATUS";
        node.append_attribute("usage") = always ? "mandatory" : "optional";
        node.append_child("str:AttributeRelationship").append_child("str:Observation");
    }

    const SdmxTable& table_;
    const PageTexts& texts_;
    const SdmxPlan& plan_;
};

}  // namespace

std::string sdmx_csv(const SdmxTable& table, const SdmxPlan& plan) {
    const std::size_t rows = table.observations.size();
    Table csv;
    csv.set("STRUCTURE", Column::of_texts(std::vector<std::string>(rows, "dataflow")));
    const std::string id = fmt::format("{}:{}({})", plan.agency, plan.dataflow, plan.version);
    csv.set("STRUCTURE_ID", Column::of_texts(std::vector<std::string>(rows, id)));
    csv.set("ACTION", Column::of_texts(std::vector<std::string>(rows, "I")));
    for (std::size_t i = 0; i < table.components.size(); ++i) {
        std::vector<std::string> texts;
        for (const auto& observation : table.observations) texts.push_back(observation[i]);
        csv.set(table.components[i].id, Column::of_texts(texts));
    }
    return to_csv(csv);
}

std::string sdmx_structure(const SdmxTable& table, const PageTexts& texts, const SdmxPlan& plan) {
    return StructureWriter(table, texts, plan).write();
}

}  // namespace cifra
