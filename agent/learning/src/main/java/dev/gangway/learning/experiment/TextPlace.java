package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Follows the tokens of a text in text format and knows which blocks are open. */
final class TextPlace {
    private final Deque<String> blocks = new ArrayDeque<>();
    private String lastName = "";

    /** Returns the place in a text before the token at a line and a column, both counted from 1. */
    static TextPlace of(String text, int line, int column) {
        TextPlace place = new TextPlace();
        TextTokens.of(text).stream()
                .filter(token -> token.isBefore(line, column))
                .forEach(place::pass);
        return place;
    }

    /** Goes on behind a token. */
    void pass(TextTokens.Token token) {
        if (token.isName()) {
            lastName = token.text();
        } else if (token.text().equals("{") || token.text().equals("<")) {
            blocks.addLast(lastName);
        } else if ((token.text().equals("}") || token.text().equals(">")) && !blocks.isEmpty()) {
            lastName = blocks.removeLast(); // the next block of a list has the same name
        }
    }

    /** Returns the names of the open blocks, outermost first. */
    List<String> blocks() {
        return List.copyOf(blocks);
    }

    /** Returns the last name before the place. */
    String lastName() {
        return lastName;
    }

    /** Returns the path of a field of the innermost open block. */
    String path(String field) {
        return blocks.isEmpty() ? field : String.join(".", blocks) + "." + field;
    }

    /** Returns the message type of the innermost open block, as far as the names are known. */
    Descriptor message(Descriptor root) {
        Descriptor message = root;
        for (String name : blocks) {
            FieldDescriptor field = message.findFieldByName(name);
            if (field == null || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                return message;
            }
            message = field.getMessageType();
        }
        return message;
    }
}
