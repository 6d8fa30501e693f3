package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.gangway.v1.FieldRule;
import dev.gangway.v1.RuleProto;
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
                FieldRule rule = field.getOptions().getExtension(RuleProto.rule);
                if (rule.getMinItems() > 0) {
                    problems.add("line %d, column %d: %s: expected %s, found []%s"
                            .formatted(
                                    token.line(),
                                    token.column(),
                                    place.path(field.getName()),
                                    FieldRules.allowedCount(rule),
                                    rule.getDefault().isEmpty()
                                            ? ""
                                            : "; leave the field out for its default, " + rule.getDefault()));
                }
            }
            opened = token.text().equals("[");
            place.pass(token);
        }
        return problems;
    }
}
