package dev.gangway.learning.experiment;

import java.util.ArrayList;
import java.util.List;

/** Splits protobuf's text format into tokens; comments and white space are left out. */
final class TextTokens {
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int next;
    private int line = 1;
    private int column = 1;

    /**
     * A token and where it begins; lines and columns count from 1.
     *
     * @param text a name or a number, a string with its quotes, or one other character
     * @param offset characters before it
     */
    record Token(String text, int offset, int line, int column) {
        boolean isName() {
            return Character.isJavaIdentifierStart(text.charAt(0));
        }

        boolean isBefore(int otherLine, int otherColumn) {
            return line < otherLine || (line == otherLine && column < otherColumn);
        }
    }

    private TextTokens(String text) {
        this.text = text;
    }

    /** Returns the tokens of a text in order. A string that is not closed ends with its line. */
    static List<Token> of(String text) {
        TextTokens reader = new TextTokens(text);
        while (reader.next < text.length()) {
            reader.read();
        }
        return List.copyOf(reader.tokens);
    }

    private void read() {
        char c = text.charAt(next);
        if (c == '#') {
            int end = text.indexOf('\n', next);
            advance(end < 0 ? text.length() : end);
        } else if (Character.isWhitespace(c)) {
            advance(next + 1);
        } else {
            int end = c == '"' || c == '\'' ? endOfString(c) : endOfWord();
            tokens.add(new Token(text.substring(next, end), next, line, column));
            advance(end);
        }
    }

    private int endOfString(char quote) {
        int end = next + 1;
        while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        boolean closed = end < text.length() && text.charAt(end) == quote;
        return Math.min(text.length(), closed ? end + 1 : end);
    }

    private int endOfWord() {
        int end = next;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
            end++;
        }
        return Math.max(end, next + 1);
    }

    private void advance(int end) {
        for (; next < end; next++) {
            boolean newLine = text.charAt(next) == '\n';
            line += newLine ? 1 : 0;
            column = newLine ? 1 : column + 1;
        }
    }
}
