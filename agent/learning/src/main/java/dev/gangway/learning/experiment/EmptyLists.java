package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.inference.configuration.RuleWords;
import dev.gangway.v1.FieldRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds lists that are written out as empty although their field wants elements. A message cannot tell such a list from a
 * field that is not set, which would take its default; only the text can.
 */
final class EmptyLists {
    private EmptyLists() {}

    /** Returns the problems in a text that {@link ExperimentFile#parser} has read as a {@code root}. */
    static List<String> problems(String text, Descriptor root) {
        List<String> problems = new ArrayList<>();
        TextPlace place = new TextPlace();
        boolean opened = false;
        for (TextTokens.Token token : TextTokens.of(text)) {
            FieldDescriptor field = place.message(root).findFieldByName(place.lastName());
            if (opened && token.text().equals("]") && field != null) {
                FieldRule rule = FieldRules.rule(field);
                if (rule.getMinItems() > 0) {
                    problems.add("line %d, column %d: %s%s%s"
                            .formatted(
                                    token.line(),
                                    token.column(),
                                    RuleWords.problem(place.path(field.getName()), RuleWords.allowedCount(rule), "[]"),
                                    rule.getDefault().isEmpty()
                                            ? ""
                                            : "; leave the field out for its default, " + rule.getDefault(),
                                    rule.getEmptiedBy().isEmpty()
                                            ? ""
                                            : ", or write " + rule.getEmptiedBy() + ": true for none"));
                }
            }
            opened = token.text().equals("[");
            place.pass(token);
        }
        return problems;
    }
}
