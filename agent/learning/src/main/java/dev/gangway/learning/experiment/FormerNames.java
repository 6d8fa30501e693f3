package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.gangway.v1.RuleProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Knows the names that fields and choices had in earlier versions of Gangway: those that {@code rule.proto}'s
 * {@code former_names} lists beside them. What a user writes must have the names of now; what an earlier version has
 * written into a run directory is read under its former names, too.
 */
final class FormerNames {
    private FormerNames() {}

    /**
     * A former name that a text uses.
     *
     * @param token where it stands
     * @param path of the field, ending with its former name
     * @param name the field's name of now
     */
    private record Use(TextTokens.Token token, String path, String name) {
        private String problem() {
            return "line %d, column %d: %s".formatted(token.line(), token.column(), explain(path, name));
        }
    }

    /** Returns the name of now of a field or a choice that a message has under a former name. */
    static Optional<String> nameOfNow(Descriptor message, String former) {
        for (FieldDescriptor field : message.getFields()) {
            if (field.getOptions()
                    .getExtension(RuleProto.rule)
                    .getFormerNamesList()
                    .contains(former)) {
                return Optional.of(field.getName());
            }
        }
        for (OneofDescriptor choice : message.getRealOneofs()) {
            if (choice.getOptions()
                    .getExtension(RuleProto.choice)
                    .getFormerNamesList()
                    .contains(former)) {
                return Optional.of(choice.getName());
            }
        }
        return Optional.empty();
    }

    /** Says what the last field of a path is called now. */
    static String explain(String path, String name) {
        return "%s is called %s%s now".formatted(path, path.substring(0, path.lastIndexOf('.') + 1), name);
    }

    /** Returns a problem for each former name in a text in text format whose message is {@code root}. */
    static List<String> problems(String text, Descriptor root) {
        return uses(text, root).stream().map(Use::problem).toList();
    }

    /** Returns the text with the names of now in place of former ones. */
    static String replaced(String text, Descriptor root) {
        StringBuilder replaced = new StringBuilder();
        int from = 0;
        for (Use use : uses(text, root)) {
            replaced.append(text, from, use.token().offset()).append(use.name());
            from = use.token().offset() + use.token().text().length();
        }
        return replaced.append(text, from, text.length()).toString();
    }

    private static List<Use> uses(String text, Descriptor root) {
        List<Use> uses = new ArrayList<>();
        TextPlace place = new TextPlace();
        for (TextTokens.Token token : TextTokens.of(text)) {
            Optional<String> name = token.isName() ? nameOfNow(place.message(root), token.text()) : Optional.empty();
            if (name.isPresent()) {
                uses.add(new Use(token, place.path(token.text()), name.get()));
                place.pass(new TextTokens.Token(name.get(), token.offset(), token.line(), token.column()));
            } else {
                place.pass(token);
            }
        }
        return uses;
    }
}
