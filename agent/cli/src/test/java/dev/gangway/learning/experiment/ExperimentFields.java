package dev.gangway.learning.experiment;

import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.gangway.v1.CustomWrapper;
import dev.gangway.v1.FieldRule;
import dev.gangway.v1.RuleProto;
import java.util.ArrayList;
import java.util.List;

/** The fields of a message and of all messages in it, by their paths, such as {@code optimizer.adam.beta1}. */
final class ExperimentFields {
    private ExperimentFields() {}

    /**
     * Returns the paths of all fields that say something of their own. A block that is always there says nothing but what
     * its fields say; one that may be left out, is a choice or is repeated does. The entries of a map are not walked, and
     * neither is what a provider makes, whose effects are the provider's: OwnJarTest of the command line trains with it.
     */
    static List<String> paths(Descriptor message) {
        List<String> paths = new ArrayList<>();
        collect(message, "", paths);
        return paths;
    }

    private static void collect(Descriptor message, String prefix, List<String> paths) {
        for (FieldDescriptor field : message.getFields()) {
            String path = prefix + field.getName();
            if (isCustom(field)) {
                continue;
            }
            boolean block = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField();
            if (!block || field.isRepeated() || field.getRealContainingOneof() != null || mayBeLeftOut(field)) {
                paths.add(path);
            }
            if (block) {
                collect(field.getMessageType(), path + ".", paths);
            }
        }
    }

    private static boolean isCustom(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getMessageType().getName().startsWith("Custom")
                && !field.getMessageType().equals(CustomWrapper.getDescriptor()); // the server's operator installs it
    }

    private static boolean mayBeLeftOut(FieldDescriptor field) {
        FieldOptions options = field.getOptions();
        FieldRule rule = options.getExtension(RuleProto.rule);
        return !rule.getRequired() && rule.getDefault().isEmpty();
    }

    /** Returns whether a field is a choice without an alternative, so that it has no other value. */
    static boolean isOnlyChoice(Descriptor message, String path) {
        FieldDescriptor field = find(message, path);
        return field.getRealContainingOneof() != null
                && field.getRealContainingOneof().getFieldCount() == 1;
    }

    private static FieldDescriptor find(Descriptor message, String path) {
        String[] names = path.split("\\.", 2);
        FieldDescriptor field = message.findFieldByName(names[0]);
        return names.length == 1 ? field : find(field.getMessageType(), names[1]);
    }

    /** Sets one field, given {@code path=value} with the value in text format; in a repeated block it is the first's. */
    static void set(Message.Builder message, String setting) {
        int equals = setting.indexOf('=');
        set(message, setting.substring(0, equals).split("\\.", -1), 0, setting.substring(equals + 1));
    }

    private static void set(Message.Builder message, String[] path, int depth, String value) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(path[depth]);
        if (depth == path.length - 1) {
            Message.Builder parsed = message.getDefaultInstanceForType().newBuilderForType();
            try {
                TextFormat.merge(field.getName() + ": " + value, parsed);
            } catch (TextFormat.ParseException e) {
                throw new IllegalArgumentException(String.join(".", path) + "=" + value, e);
            }
            message.setField(field, parsed.getField(field));
            return;
        }
        Message child = (Message) (field.isRepeated() ? message.getRepeatedField(field, 0) : message.getField(field));
        Message.Builder builder = child.toBuilder();
        set(builder, path, depth + 1, value);
        if (field.isRepeated()) {
            message.setRepeatedField(field, 0, builder.build());
        } else {
            message.setField(field, builder.build());
        }
    }
}
