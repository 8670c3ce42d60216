#include "report/remedy/postfix_apply.hpp"

#include "report/remedy/config_lines.hpp"
#include "report/remedy/explanation_text.hpp"
#include "report/remedy/postfix_edit.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using base::Unexpected;

PostfixFiles parsed(const PostfixTexts& texts)
{
    return {parse_main(texts.main, texts.main_name), parse_master(texts.master, texts.master_name)};
}

std::string place_text(const ConfigPlace& place)
{
    return place.file.escaped() + (place.line == 0 ? "" : ":" + std::to_string(place.line));
}

// What must be settled before a line can be written.
std::string objection(const Deployment& all)
{
    for (const auto* const problems : {&all.files.main.problems, &all.files.master.problems}) {
        if (!problems->empty()) {
            return place_text(problems->front().place) + ": " + problems->front().sentence +
                   "; the advice is not applied to files with such a line";
        }
    }
    if (const std::string said = objection_to_advice(all); !said.empty()) {
        return said;
    }
    for (const ServiceView& view : all.servers) {
        if (!view.now.certain) {
            return label(view) + ": what clients get now cannot be told (" + view.now.note +
                   "), so the advice is not applied";
        }
    }
    return {};
}

// Names and values, without the blanks that some releases want left out.
std::string words_in(const Setting& setting)
{
    std::string text = setting.name + "=";
    std::copy_if(setting.value.begin(), setting.value.end(), std::back_inserter(text),
                 [](char c) { return !is_blank(c); });
    return text;
}

std::vector<std::string> content_of(const MainCf& main)
{
    std::vector<std::string> lines;
    for (const Setting& one : main.settings) {
        lines.push_back(words_in(one));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> content_of(const MasterService& service)
{
    std::vector<std::string> lines;
    for (const ServiceOption& one : service.options) {
        lines.push_back(words_in(one.setting));
    }
    std::sort(lines.begin(), lines.end());
    lines.push_back(service.name + " " + service.type + " " + service.command);
    return lines;
}

// Whether the files that were written say what the draft says.
bool says_the_same(const PostfixFiles& written, const PostfixFiles& draft)
{
    const auto& services = written.master.services;
    return written.main.problems.empty() && written.master.problems.empty() &&
           content_of(written.main) == content_of(draft.main) &&
           std::equal(services.begin(), services.end(), draft.master.services.begin(), draft.master.services.end(),
                      [](const MasterService& one, const MasterService& other) {
                          return content_of(one) == content_of(other) && one.problems.size() == other.problems.size();
                      });
}

// Whether clients then get what the last piece of advice for each service says.
bool yields_what_was_promised(const Deployment& written, const Deployment& draft)
{
    return std::equal(written.servers.begin(), written.servers.end(), draft.servers.begin(), draft.servers.end(),
                      [](const ServiceView& one, const ServiceView& other) {
                          return one.now.offer == other.now.offer && one.now.versions == other.now.versions &&
                                 one.now.suites == other.now.suites;
                      });
}

std::vector<ConfigFinding> harm_in(const Explanation& explanation)
{
    std::vector<ConfigFinding> all = explanation.findings;
    for (const ServiceExplanation& service : explanation.services) {
        all.insert(all.end(), service.findings.begin(), service.findings.end());
    }
    std::vector<ConfigFinding> left;
    for (const ConfigFinding& one : all) {
        const bool known = std::any_of(left.begin(), left.end(), [&](const ConfigFinding& other) {
            return one.place == other.place && one.sentence == other.sentence;
        });
        if (!known && (one.kind == FindingKind::harmful || one.kind == FindingKind::useless)) {
            left.push_back(one);
        }
    }
    return left;
}

std::string list_text(const std::string& head, const std::vector<std::string>& sentences)
{
    std::string text = sentences.empty() ? "" : "\n" + head + "\n";
    for (const std::string& sentence : sentences) {
        text += "  - " + wrapped(sentence, 4).substr(4);
    }
    return text;
}

}  // namespace

base::Expected<Applied, std::string> apply_advice(const PostfixTexts& texts, const PostfixChoice& choice, Goal goal)
{
    const PostfixFiles before = parsed(texts);
    const Setup setup = setup_of(before, choice);
    const Deployment all = deployment_of(before, setup);
    if (std::string said = objection(all); !said.empty()) {
        return Unexpected<std::string>(std::move(said));
    }
    Followed followed = follow(all, goal);
    Applied applied;
    applied.advice = std::move(followed.advice);
    applied.main = edited_main(texts.main, before.main, followed.files.main);
    applied.master = edited_master(texts.master, before.master, followed.files.master, setup.postfix);
    applied.changed = applied.main != texts.main || applied.master != texts.master;
    const PostfixFiles written = parsed({applied.main, texts.main_name, applied.master, texts.master_name});
    if (!says_the_same(written, followed.files) ||
        !yields_what_was_promised(deployment_of(written, setup), deployment_of(followed.files, setup))) {
        return Unexpected<std::string>(
            "the lines of the advice cannot be written into these files so that they mean what they should; write "
            "them by hand");
    }
    // The release is that of the files as they were: mail_version may have been among their lines.
    PostfixChoice same = choice;
    same.postfix = setup.postfix;
    same.openssl = setup.openssl;
    applied.left = harm_in(explain_postfix(written, same));
    return applied;
}

std::string write_text(const Applied& applied)
{
    std::string text;
    std::vector<std::string> first;
    for (const ConfigAdvice& piece : applied.advice) {
        text += wrapped(piece.changes.empty() ? "Nothing to change for " + piece.goal : "Applied: " + piece.goal, 0);
        first.insert(first.end(), piece.before.begin(), piece.before.end());
    }
    std::vector<std::string> left;
    for (const ConfigFinding& one : applied.left) {
        left.push_back((one.place ? place_text(*one.place) + ": " : "") + one.setting.escaped() +
                       (one.setting.empty() ? "" : ": ") + one.sentence);
    }
    return text + list_text("before these files are used", first) + list_text("left to you, by the new lines", left);
}

}  // namespace smtptls::remedy
